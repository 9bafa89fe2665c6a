/* tandem token: tokens with which programs use the API. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/commands/commands.h"
#include "cli/show/output.h"
#include "host/session.h"
#include "model/value_json.h"
#include "service/access/secret.h"
#include "store/service/access.h"

static const int64_t day_ms = INT64_C(24) * 3600 * 1000;

static enum error_code audit(struct session *session, const char *action, const char *detail,
                             struct error *error)
{
    const struct access_deed deed = {.actor = TEXT("command line"),
                                     .address = TEXT_ABSENT,
                                     .action = text_of(action),
                                     .integration = TEXT_ABSENT,
                                     .detail = text_of(detail)};
    return access_audit(session->store, &deed, error);
}

/* ---- add ---- */

static enum error_code read_days(const struct invocation *invocation, int64_t *days,
                                 struct error *error)
{
    const char *const word = invocation_value(invocation, "days");
    *days = 365;
    if (!word || (text_to_integer(text_of(word), days) && *days >= 1 && *days <= 3650))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE, "option '--days' must be a whole number from 1 to 3650");
}

static enum error_code run_add(const struct invocation *invocation, enum exit_code *exit_code,
                               struct error *error)
{
    (void)exit_code;
    const char *const name = invocation->arguments[0], *const word =
                                                           invocation_value(invocation, "scope");
    enum access_role scope = ACCESS_VIEWER;
    struct session session;
    char secret[SECRET_SIZE];
    unsigned char hash[SECRET_HASH];
    int64_t days = 0, id = 0;
    enum error_code code = session_open(&invocation->session, &session, error);
    if (!code)
        code = read_days(invocation, &days, error);
    if (!code && word && !access_scope_of(text_of(word), &scope))
        code = error_set(error, ERROR_USAGE, "option '--scope' must be read, run or admin");
    if (!code && (secret_make("tnd_", secret, error) || secret_hash(text_of(secret), hash, error) ||
                  access_token_add(session.store, text_of(name), scope,
                                   (struct text){(const char *)hash, SECRET_HASH},
                                   session_now(&session) + days * day_ms, &id, error) ||
                  audit(&session, "add_token", name, error)))
        code = error->code;
    if (!code) {
        printf("%s\n", secret);
        code = output_flush(error);
    }
    session_close(&session);
    return code;
}

/* ---- list ---- */

static enum error_code print_tokens(const struct access_token *tokens, size_t count, bool as_json,
                                    struct error *error)
{
    static const char *const headings[] = {">id",     "name",    "scope",
                                           "created", "expires", "last used"};
    json_t *const list = as_json ? json_array() : NULL;
    struct table *const table = as_json ? NULL : table_new(headings, 6);
    for (size_t i = 0; i < count; i++) {
        const struct access_token *const token = &tokens[i];
        if (as_json) {
            json_array_append_new(list, json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}", "id",
                                                  (json_int_t)token->id, "name",
                                                  value_json_text(token->name), "scope",
                                                  value_json_text(token->scope), "created",
                                                  value_json_instant(token->created), "expires",
                                                  value_json_instant(token->expires), "last_used",
                                                  value_json_instant(token->last_used)));
        } else if (table) {
            table_format(table, "%" PRId64, token->id);
            table_cell(table, token->name);
            table_cell(table, token->scope);
            table_instant(table, token->created);
            table_instant(table, token->expires);
            table_instant(table, token->last_used);
        }
    }
    if (as_json)
        return output_json(list, error);
    const enum error_code code =
        table ? table_print(table, stdout, error) : error_memory(error, "a table");
    table_free(table);
    return code ? code : output_flush(error);
}

static enum error_code run_list(const struct invocation *invocation, enum exit_code *exit_code,
                                struct error *error)
{
    (void)exit_code;
    struct session session;
    struct access_token *tokens = NULL;
    size_t count = 0;
    enum error_code code = session_open(&invocation->session, &session, error);
    if (!code)
        code = access_token_list(session.store, session.arena, &tokens, &count, error);
    if (!code)
        code = print_tokens(tokens, count, invocation_has(invocation, "json"), error);
    session_close(&session);
    return code;
}

/* ---- revoke ---- */

static enum error_code run_revoke(const struct invocation *invocation, enum exit_code *exit_code,
                                  struct error *error)
{
    (void)exit_code;
    struct session session;
    int64_t id = 0;
    enum error_code code = session_open(&invocation->session, &session, error);
    if (!code && !text_to_integer(text_of(invocation->arguments[0]), &id))
        code =
            error_set(error, ERROR_USAGE, "'%s' is no number of a token; see 'tandem token list'",
                      invocation->arguments[0]);
    if (!code)
        code = access_token_revoke(session.store, id, error);
    if (!code)
        code = audit(&session, "revoke_token", invocation->arguments[0], error);
    session_close(&session);
    return code;
}

static const struct option add_options[] = {
    {.name = "scope",
     .argument = "SCOPE", .choices = "read|run|admin",
     .help = "read (default): look at everything; run: also start, settle and edit; admin: also "
             "tokens and the audit log"},
    {.name = "days", .argument = "N", .help = "how long it is valid (default 365)"},
    {.name = NULL},
};
static const struct option list_options[] = {
    {.name = "json", .help = "print a JSON array"},
    {.name = NULL},
};

static const struct command add = {
    .name = "add",
    .arguments = "NAME",
    .summary = "create a token and print it; it is shown only once",
    .examples = "  tandem token add backup-script --scope read --days 30",
    .options = add_options,
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run_add,
};
static const struct command list = {
    .name = "list",
    .arguments = "",
    .summary = "the tokens that exist",
    .examples = "  tandem token list",
    .options = list_options,
    .run = run_list,
};
static const struct command revoke_token = {
    .name = "revoke",
    .arguments = "ID",
    .summary = "withdraw a token at once",
    .examples = "  tandem token revoke 3",
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run_revoke,
};
static const struct command *const subcommands[] = {&add, &list, &revoke_token, NULL};

const struct command command_token = {
    .name = "token",
    .arguments = "add|list|revoke ...",
    .summary = "tokens for programs that use the API of 'tandem serve'",
    .subcommands = subcommands,
};
