/* What most commands need: the home, a log, the configuration, the store. */
#include "host/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text_nearest.h"
#include "host/signals.h"

/* TANDEM_NOW fixes the clock, so that tests can predict times. */
static enum error_code read_clock(instant *clock, struct error *error)
{
    const char *const fixed = getenv("TANDEM_NOW");
    *clock = INSTANT_NONE;
    if (!fixed || !*fixed || instant_parse(text_of(fixed), clock, NULL))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "TANDEM_NOW is '%s', which is not a time such as 2026-03-10T12:00:00Z", fixed);
}

/* Without -v a command reports a failure once: by its error. */
static enum log_level level_of(const struct session_options *options)
{
    if (!options->verbosity)
        return LOG_ERROR;
    return options->verbosity > 1 ? LOG_DEBUG : LOG_INFO;
}

/* Where the database is. */
static enum error_code database_path(const struct session *session, char path[PATH_MAX],
                                     struct error *error)
{
    const struct text named = session->configuration->database;
    if (!text_starts_with(named, TEXT("/")))
        return home_path(&session->home, path, error, "%.*s", TEXT_PRINT(named));
    snprintf(path, PATH_MAX, "%.*s", TEXT_PRINT(named));
    return ERROR_NONE;
}

enum error_code session_store_folder(const struct session *session, char path[PATH_MAX],
                                     struct error *error)
{
    if (database_path(session, path, error))
        return error->code;
    char *const slash = strrchr(path, '/');
    slash[slash == path] = '\0';
    return ERROR_NONE;
}

static enum error_code make_folder_of(char path[PATH_MAX], struct error *error)
{
    char *const slash = strrchr(path, '/');
    *slash = '\0';
    const enum error_code code = slash == path ? ERROR_NONE : home_make_folder(path, error);
    *slash = '/';
    return code;
}

/* Everything but the store. */
static enum error_code open_without_store(const struct session_options *options,
                                          struct session *session, char path[PATH_MAX],
                                          struct error *error)
{
    *session = (struct session){.options = options, .clock = INSTANT_NONE};
    session->log = log_new(level_of(options), NULL, NULL);
    session->arena = arena_new(0);
    if (!session->log || !session->arena)
        return error_memory(error, "a session");
    if (read_clock(&session->clock, error) || home_open(options->home, &session->home, error) ||
        configuration_load(session->home.path, session->log, &session->configuration, error))
        return error->code;
    if (!options->verbosity)
        log_set_level(session->log, session->configuration->log_level);
    return database_path(session, path, error);
}

static struct store_options store_options_of(const struct session *session)
{
    struct store_options options = store_options_default();
    options.clock = session->clock;
    options.log = session->log;
    options.interrupt = signals_flag();
    return options;
}

enum error_code session_open_existing(const struct session_options *options,
                                      struct session *session, struct error *error)
{
    char path[PATH_MAX];
    struct stat file = {.st_size = 0};
    if (open_without_store(options, session, path, error))
        return error->code;
    const struct store_options file_options = store_options_of(session);
    if (stat(path, &file) == 0 && S_ISREG(file.st_mode) && file.st_size == 0)
        return error_set(error, ERROR_STORE, "the store '%s' is empty; restore it from a backup",
                         path);
    return store_open(path, &file_options, &session->store, error);
}

enum error_code session_open(const struct session_options *options, struct session *session,
                             struct error *error)
{
    char path[PATH_MAX];
    if (open_without_store(options, session, path, error) || make_folder_of(path, error))
        return error->code;
    struct store_options file_options = store_options_of(session);
    file_options.create = true;
    return store_open(path, &file_options, &session->store, error);
}

/* ---- a snapshot ---- */

/* Copy the store at `original` to `copy`; nothing of the original is written. */
static enum error_code copy_store(const struct session *session, const char *original,
                                  const char *copy, struct error *error)
{
    struct store_options file_options = store_options_of(session);
    struct store *store = NULL;
    file_options.read_only = true;
    enum error_code code = store_open(original, &file_options, &store, error);
    if (!code)
        code = store_snapshot(store, copy, error);
    store_close(store);
    return code;
}

static void remove_snapshot(const char *path, const char *folder)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char file[PATH_MAX];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(file, sizeof file, "%s%s", path, ends[i]);
        unlink(file);
    }
    rmdir(folder);
}

enum error_code session_open_snapshot(const struct session_options *options,
                                      struct session *session, struct error *error)
{
    enum { TAIL = 32 };
    const char *const place = getenv("TMPDIR");
    char path[PATH_MAX], folder[PATH_MAX - TAIL], copy[PATH_MAX];
    struct text original = TEXT_ABSENT;
    if (open_without_store(options, session, path, error) ||
        text_copy(session->arena, text_of(path), &original, error))
        return error->code;
    const struct store_options file_options = store_options_of(session);
    session->original = original.bytes;
    snprintf(folder, sizeof folder, "%s/tandem-XXXXXX", place && *place ? place : "/tmp");
    if (!mkdtemp(folder))
        return error_set(error, ERROR_SYSTEM, "cannot make the folder '%s' for a snapshot: %s",
                         folder, strerror(errno));
    snprintf(copy, sizeof copy, "%s/snapshot.db", folder);
    enum error_code code = copy_store(session, path, copy, error);
    if (!code)
        code = store_open(copy, &file_options, &session->store, error);
    /* The store holds its files open; without names they are gone with the process, however it
     * ends. */
    remove_snapshot(copy, folder);
    return code;
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
    struct text_nearest nearest = text_nearest_to(text_of(object));
    char list[ERROR_MESSAGE_SIZE] = "";
    size_t used = 0;

    *schema = store_schema(session->store, text_of(object));
    if (*schema)
        return ERROR_NONE;
    for (size_t i = 0; i < store_schema_count(session->store); i++) {
        const struct text name = store_schema_at(session->store, i)->name;
        text_nearest_offer(&nearest, name);
        if (used < sizeof list)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s'%.*s'", used ? ", " : "",
                                     TEXT_PRINT(name));
    }
    if (!text_is_absent(nearest.name))
        return error_set(error, ERROR_USAGE, "there is no object '%s' here; did you mean '%.*s'?",
                         object, TEXT_PRINT(nearest.name));
    return error_set(error, ERROR_USAGE, "there is no object '%s' here; there are %s", object,
                     list);
}

enum error_code session_field(const struct object_schema *schema, struct text name,
                              const struct field_schema **field, struct error *error)
{
    struct text_nearest nearest = text_nearest_to(name);

    *field = manual_schema_field(schema, name);
    if (*field)
        return ERROR_NONE;
    for (size_t i = 0; i < schema->field_count; i++)
        text_nearest_offer(&nearest, schema->fields[i].name);
    if (!text_is_absent(nearest.name))
        return error_set(error, ERROR_USAGE, "%.*s has no field '%.*s'; did you mean '%.*s'?",
                         TEXT_PRINT(schema->name), TEXT_PRINT(name), TEXT_PRINT(nearest.name));
    return error_set(error, ERROR_USAGE, "%.*s has no field '%.*s'; see 'tandem field list %.*s'",
                     TEXT_PRINT(schema->name), TEXT_PRINT(name), TEXT_PRINT(schema->name));
}
