#include "cli/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

/* TANDEM_NOW fixes the clock, so that tests can tell times. */
static enum error_code read_clock(instant *clock, struct error *error)
{
    const char *const fixed = getenv("TANDEM_NOW");
    *clock = INSTANT_NONE;
    if (!fixed || !*fixed || instant_parse(text_of(fixed), clock, NULL))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "TANDEM_NOW is '%s', which is no instant such as 2026-03-10T12:00:00Z", fixed);
}

/* Without -v a command says what is wrong once: by its error. */
static enum log_level level_of(const struct invocation *invocation)
{
    if (!invocation->verbosity)
        return LOG_ERROR;
    return invocation->verbosity > 1 ? LOG_DEBUG : LOG_INFO;
}

/* Where the database is; its folder is made. */
static enum error_code database_path(const struct session *session, char path[PATH_MAX],
                                     struct error *error)
{
    const struct text named = session->configuration->database;
    enum error_code code = ERROR_NONE;
    if (text_starts_with(named, TEXT("/")))
        snprintf(path, PATH_MAX, "%.*s", TEXT_PRINT(named));
    else if ((code = home_path(&session->home, path, error, "%.*s", TEXT_PRINT(named))))
        return code;
    char *const slash = strrchr(path, '/');
    *slash = '\0';
    code = slash == path ? ERROR_NONE : home_make_folder(path, error);
    *slash = '/';
    return code;
}

enum error_code session_open(const struct invocation *invocation, struct session *session,
                             struct error *error)
{
    char path[PATH_MAX];
    enum error_code code = ERROR_NONE;
    struct store_options options = store_options_default();

    *session = (struct session){.invocation = invocation, .clock = INSTANT_NONE};
    session->log = log_new(level_of(invocation), NULL, NULL);
    session->arena = arena_new(0);
    if (!session->log || !session->arena)
        return error_memory(error, "a session");
    if ((code = read_clock(&session->clock, error)) ||
        (code = home_open(invocation->home, &session->home, error)) ||
        (code = configuration_load(session->home.path, session->log, &session->configuration,
                                   error)) ||
        (code = database_path(session, path, error)))
        return code;
    options.create = true;
    options.clock = session->clock;
    options.log = session->log;
    return store_open(path, &options, &session->store, error);
}

void session_close(struct session *session)
{
    store_close(session->store);
    configuration_free(session->configuration);
    arena_free(session->arena);
    log_free(session->log);
    *session = (struct session){.clock = INSTANT_NONE};
}

static enum error_code schema_of(void *context, struct text object,
                                 const struct object_schema **schema, struct error *error)
{
    (void)error;
    const struct session *const session = context;
    *schema = store_schema(session->store, object);
    return ERROR_NONE;
}

struct schema_source session_schemas(struct session *session)
{
    return (struct schema_source){.context = session, .schema_of = schema_of};
}

instant session_now(const struct session *session)
{
    return session->clock == INSTANT_NONE ? instant_now() : session->clock;
}

enum error_code session_schema(const struct session *session, const char *object,
                               const struct object_schema **schema, struct error *error)
{
    enum { MOST = 64 };
    const char *names[MOST];
    size_t count = 0;
    char list[ERROR_MESSAGE_SIZE] = "";
    size_t used = 0;

    *schema = store_schema(session->store, text_of(object));
    if (*schema)
        return ERROR_NONE;
    for (size_t i = 0; i < store_schema_count(session->store) && count < MOST; i++) {
        struct text name;
        const struct text own = store_schema_at(session->store, i)->name;
        const enum error_code code = text_copy(session->arena, own, &name, error);
        if (code)
            return code;
        names[count++] = name.bytes;
        if (used < sizeof list)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s'%.*s'", used ? ", " : "",
                                     TEXT_PRINT(own));
    }
    const char *const nearest = options_nearest(object, names, count);
    if (nearest)
        return error_set(error, ERROR_USAGE, "there is no object '%s' here; did you mean '%s'?",
                         object, nearest);
    return error_set(error, ERROR_USAGE, "there is no object '%s' here; there are %s", object,
                     list);
}
