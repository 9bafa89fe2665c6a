/* tandem web: logging in to the dashboard. */
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/commands/commands.h"
#include "cli/show/output.h"
#include "host/session.h"
#include "service/access/secret.h"
#include "store/service/access.h"

enum { LINK_MS = 10 * 60 * 1000, PASSWORD_MOST = 512, PASSWORD_LEAST = 8 };

static enum error_code read_role(const struct invocation *invocation, enum access_role otherwise,
                                 enum access_role *role, struct error *error)
{
    const char *const word = invocation_value(invocation, "role");
    *role = otherwise;
    if (!word || access_role_of(text_of(word), role))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE, "option '--role' must be viewer, operator or admin");
}

/* One line; nothing is shown while it is typed. */
static enum error_code read_password(char password[PASSWORD_MOST], struct error *error)
{
    struct termios shown, hidden;
    const bool terminal = tcgetattr(STDIN_FILENO, &shown) == 0;
    if (terminal) {
        fputs("password: ", stderr);
        hidden = shown;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    const bool read = fgets(password, PASSWORD_MOST, stdin) != NULL;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
        fputc('\n', stderr);
    }
    if (read)
        password[strcspn(password, "\r\n")] = '\0';
    if (!read || strlen(password) < PASSWORD_LEAST)
        return error_set(error, ERROR_USAGE, "a password needs at least %d characters",
                         PASSWORD_LEAST);
    return ERROR_NONE;
}

static enum error_code set_account(const struct invocation *invocation, struct session *session,
                                   struct error *error)
{
    const char *const name = invocation_value(invocation, "user");
    enum access_role role = ACCESS_VIEWER;
    struct text hash = TEXT_ABSENT;
    char password[PASSWORD_MOST];
    if (invocation_has(invocation, "remove"))
        return access_account_remove(session->store, text_of(name), error);
    if (read_role(invocation, ACCESS_VIEWER, &role, error) || read_password(password, error) ||
        secret_password_hash(text_of(password), session->arena, &hash, error))
        return error->code;
    memset(password, 0, sizeof password);
    return access_account_set(session->store, text_of(name), role, hash, error);
}

static enum error_code print_link(const struct invocation *invocation, struct session *session,
                                  struct error *error)
{
    const struct service_settings *const settings = &session->configuration->service;
    const char *const user = "login link";
    enum access_role role = ACCESS_ADMIN;
    char secret[SECRET_SIZE];
    struct text hash = TEXT_ABSENT;
    if (read_role(invocation, ACCESS_ADMIN, &role, error) || secret_make("", secret, error) ||
        secret_hash(text_of(secret), session->arena, &hash, error) ||
        access_code_add(session->store, hash, text_of(user), role, session_now(session) + LINK_MS,
                        error))
        return error->code;
    const struct text host = settings->host_count ? settings->hosts[0] : settings->listen;
    const char *const colon = strrchr(settings->listen.bytes, ':');
    /* What listens everywhere, as in a container, is reached here by its port. */
    const bool everywhere = !settings->host_count && (text_starts_with(host, TEXT("0.0.0.0:")) ||
                                                      text_starts_with(host, TEXT("[::]:")));
    printf("%s://%.*s%s/#login=%s\n", settings->https ? "https" : "http",
           everywhere ? 9 : (int)host.length, everywhere ? "127.0.0.1" : host.bytes,
           everywhere && colon ? colon : "", secret);
    if (!invocation->options.quiet)
        fputs("the link works once, within ten minutes\n", stderr);
    return output_flush(error);
}

static enum error_code run_web(const struct invocation *invocation, struct session *session,
                               struct error *error)
{
    if (invocation_has(invocation, "user"))
        return set_account(invocation, session, error);
    return invocation_has(invocation, "remove")
               ? error_set(error, ERROR_USAGE, "option '--remove' goes with --user")
               : print_link(invocation, session, error);
}

static const struct option options[] = {
    OPTION("role", "ROLE", "viewer, operator or admin (a link: admin; an account: viewer)",
           .choices = "viewer|operator|admin"),
    OPTION("user", "NAME", "give this account a password, which is read from standard input"),
    FLAG("remove", "with --user: remove this account"),
    {.name = NULL},
};

const struct command command_web = {
    .name = "web",
    .arguments = "",
    .summary = "a one-time login link for the dashboard; accounts with passwords",
    .examples = "  tandem web\n  tandem web --user kim --role operator",
    .options = options,
    .in_home = run_web,
};
