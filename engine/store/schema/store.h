/*
 * store: one SQLite file with contacts, companies, custom objects and the books of syncing.
 *
 * The file can be read and written by anybody with plain SQL at the same time: changes are tracked
 * by triggers. Nothing here is global: several stores, or copies of one, can be open at once; one
 * store belongs to one thread. Every function that writes does it in one transaction of its own
 * unless it says otherwise.
 *
 * Errors: ERROR_STORE (full disk, read-only, not a database, written by a newer Tandem ...),
 * ERROR_BUSY (another process held the lock for longer than the busy timeout), ERROR_NOT_FOUND,
 * ERROR_INVALID and ERROR_USAGE for what is asked of it, ERROR_MEMORY.
 */
#ifndef TANDEM_STORE_SCHEMA_STORE_H
#define TANDEM_STORE_SCHEMA_STORE_H

#include <signal.h>

#include "base/log.h"
#include "model/manual.h"

struct store; /* opaque */

struct store_options {
    bool create;     /* make the file if it is missing; else ERROR_NOT_FOUND */
    bool read_only;  /* nothing is written, no migration made (an old schema is then an error) */
    int busy_ms;     /* how long to wait for other processes; 0: 10 seconds */
    instant clock;   /* a fixed "now" for tests; INSTANT_NONE: the system's clock */
    struct log *log; /* borrowed; may be NULL */
    /* nonzero: it waits for other processes no longer than a second (ERROR_INTERRUPTED); NULL:
     * never */
    const volatile sig_atomic_t *interrupt;
};
struct store_options store_options_default(void); /* create off, clock INSTANT_NONE */

/* Open the file and bring its schema up to date (forward-only migrations). *store is owned by the
 * caller: store_close. */
WARN_UNUSED enum error_code store_open(const char *path, const struct store_options *options,
                                       struct store **store, struct error *error);
void store_close(struct store *store); /* accepts NULL */
/* A copy of the store as it is now, in a new file (for a run that must not change anything).
 * ERROR_INVALID if `path` exists. */
WARN_UNUSED enum error_code store_snapshot(struct store *store, const char *path,
                                           struct error *error);
const char *store_path(const struct store *store); /* borrowed */

/* ---- clock ---- */

/* Fix "now" for everything written through this file, triggers included (TANDEM_NOW in tests);
 * INSTANT_NONE returns to the system's clock. */
WARN_UNUSED enum error_code store_set_clock(struct store *store, instant now, struct error *error);
instant store_now(const struct store *store);

/* ---- objects and their fields ---- */

/* "contact" (alias "lead"), "company" or a custom object; NULL if there is none. Borrowed until the
 * fields of any object are changed or the store is closed. Besides the columns it has the pseudo
 * fields: internal_id, owner_id; for contacts also points, timeline_url and dnc_<channel> for each
 * known channel. */
const struct object_schema *store_schema(const struct store *store, struct text name);
size_t store_schema_count(const struct store *store);
const struct object_schema *store_schema_at(const struct store *store, size_t index);

/* Make an object with exactly these ordinary fields (pseudo fields come by themselves): contact or
 * company get other fields (refused with ERROR_INVALID unless the object is empty), any other name
 * becomes a custom object or replaces an empty one. */
WARN_UNUSED enum error_code store_fields_replace(struct store *store, struct text object,
                                                 const struct field_schema *fields, size_t count,
                                                 struct error *error);
/* A new field of an object; column names are letters, digits and _ (ERROR_INVALID otherwise, or if
 * it exists). */
WARN_UNUSED enum error_code store_field_add(struct store *store, struct text object,
                                            const struct field_schema *field, struct error *error);
/* Change label, required, unique and limit; name and type stay (ERROR_INVALID). */
WARN_UNUSED enum error_code store_field_change(struct store *store, struct text object,
                                               const struct field_schema *field,
                                               struct error *error);

/* ---- users: owners of objects and readers of notifications ---- */

struct store_user {
    struct text id, name, email;
    bool admin;
};
/* Add, or replace the user of this id. */
WARN_UNUSED enum error_code store_user_set(struct store *store, const struct store_user *user,
                                           struct error *error);
/* Their objects have no owner then. */
WARN_UNUSED enum error_code store_user_remove(struct store *store, struct text id,
                                              struct error *error);
WARN_UNUSED enum error_code store_user_list(struct store *store, struct arena *arena,
                                            struct store_user **users, size_t *count,
                                            struct error *error);

#endif
