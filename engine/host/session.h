/*
 * session: what most commands need: the home, a log, the configuration, the store.
 *
 * Calling sequence: session_open, the command's work, session_close (also after a failed open).
 */
#ifndef TANDEM_HOST_SESSION_H
#define TANDEM_HOST_SESSION_H

#include "base/log.h"
#include "host/home.h"
#include "script/configuration/configuration.h"
#include "script/integration/manual_loader.h"
#include "store/schema/store.h"

/* The options of a session; borrowed for its whole life. */
struct session_options {
    const char *home; /* the folder */
    int verbosity;    /* 0: errors only, 1: information, 2: everything */
    bool quiet;
    const char *cassette; /* the file that requests are written to (tandem record); NULL: none */
};

struct session {
    const struct session_options *options;
    struct home home;
    struct log *log;                     /* owned */
    struct configuration *configuration; /* config/tandem.lua; owned */
    struct store *store;                 /* owned */
    struct arena *arena;                 /* owned; lives as long as the session */
    const char *original;                /* of a snapshot: the path of the real store; else NULL */
    instant clock; /* TANDEM_NOW, for tests; INSTANT_NONE: the system's clock */
};

/* Find the home, read its configuration and open its store, which is made if it is missing. */
WARN_UNUSED enum error_code session_open(const struct session_options *options,
                                         struct session *session, struct error *error);
/* The same with a store that is there: ERROR_NOT_FOUND if not, ERROR_STORE if it is empty. */
WARN_UNUSED enum error_code session_open_existing(const struct session_options *options,
                                                  struct session *session, struct error *error);
/* The same with a copy of the store in its place, which is gone with the session, also if the
 * process is killed: whatever is written is discarded, and the store itself does not change.
 * ERROR_NOT_FOUND if there is no store yet. */
WARN_UNUSED enum error_code session_open_snapshot(const struct session_options *options,
                                                  struct session *session, struct error *error);
void session_close(struct session *session);
/* The folder that the store lies in. */
WARN_UNUSED enum error_code session_store_folder(const struct session *session, char path[PATH_MAX],
                                                 struct error *error);
/* Our objects' fields, for manual_load; borrows the session. */
struct schema_source session_schemas(struct session *session);
/* The fixed clock, else the system's. */
instant session_now(const struct session *session);
/* The schema of an object of ours; ERROR_USAGE that lists what there is. */
WARN_UNUSED enum error_code session_schema(const struct session *session, const char *object,
                                           const struct object_schema **schema,
                                           struct error *error);
/* The field of a name; ERROR_USAGE with the nearest one if there is none. */
WARN_UNUSED enum error_code session_field(const struct object_schema *schema, struct text name,
                                          const struct field_schema **field, struct error *error);

#endif
