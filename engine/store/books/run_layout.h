/*
 * run_layout: what the files of a run share. For store/ only.
 */
#ifndef TANDEM_STORE_BOOKS_RUN_LAYOUT_H
#define TANDEM_STORE_BOOKS_RUN_LAYOUT_H

#include <stddef.h>

#include "store/schema/codec.h"
#include "store/sql/rows.h"
#include "model/run.h"
#include "store/books/store_run.h"

enum { UPDATE_CACHE = 64, FIND_FIELDS = 8 };

/* What fails is held when it has failed for a day, and is tried again once a day. In SQL. */
#define QUARANTINE_PAUSE_MS "86400000"

/* In SQL: has this run judged the record again, and left it without an object for a new reason?
 * Then the reason that kept it unlinked before no longer counts. */
#define BOOKS_MET_UNLINKED(run, integration_object, integration_id)                                \
    "EXISTS (SELECT 1 FROM run_outcome t JOIN integration_object n ON n.name = t.object"           \
    " WHERE t.run = " run " AND t.side = 1 AND n.id = " integration_object                         \
    " AND t.object_id = " integration_id                                                           \
    " AND t.reason IN ('required', 'empty', 'ambiguous', 'doubtful', 'store'))"

/* Is there anything of a kind? In most stores there is not: that is asked once in a transaction, as
 * only the run itself can add something while it lasts. */
struct run_any {
    enum { ANY_UNASKED, ANY_NONE, ANY_SOME } known;
    bool lasts; /* it counts outside of a transaction, too */
};

/* An internal object of the manual, bound to its table. */
struct run_object {
    const struct manual_object *manual;
    const struct store_object *stored;
    int64_t *field_keys;                 /* by index in manual->fields */
    const struct run_tracker **trackers; /* by the same index: the integrations that track it */
    struct sql_statement *load, *linked, *linked_ahead, *insert, *page, *find;
    size_t find_fields[FIND_FIELDS]; /* which fields `find` was made for */
    size_t find_count;
    bool find_folded;
    /* updates by the set of fields that they write */
    struct {
        uint64_t *fields; /* bits, by index in manual->fields */
        struct sql_statement *statement;
    } updates[UPDATE_CACHE];
    size_t update_count, update_next;
    bool folded_pending;    /* identifiers may wait to be folded */
    bool folded_any;        /* table folded_key may have rows of this object */
    struct run_any tracked; /* does any change of this kind wait for the integration? */
    bool waits_off;         /* some change of this kind waits for an integration that is off */
};

/* The integrations that track one field. */
struct run_tracker {
    int64_t *integrations;
    size_t count;
};

/* A record's mapping, and the object of ours that it leads to. */
struct linked_record {
    struct mapping *mapping; /* NULL: it has none */
    struct local_object local_object;
};

/* The records of a page that will be asked for, and those that are read already. */
struct expected_records {
    const struct manual_entry *entry; /* NULL: none */
    const struct text *ids;
    size_t count, next;          /* of the ids: the next to be asked for */
    struct linked_record *ahead; /* from ids[first] on */
    size_t first, end;
    int64_t changes; /* what this connection had written when they were read: no more, and they are
                      * as they were */
};

struct store_run {
    struct books books;
    struct internal_side internal;
    struct journal journal;
    struct store *store;
    struct log *log;
    struct arena *arena;   /* lives as long as the run */
    struct arena *scratch; /* cleared by whoever uses it first */
    const struct manual *manual;
    int64_t integration; /* its key */
    struct text integration_name;
    struct text clock_setting; /* its name: where their clock is kept for the next run (13.9) */
    struct text clock;         /* what an earlier run has measured; absent: none has */
    int64_t id;
    int64_t slice; /* of the integration's backfill, from 1; 0: not a slice */
    instant now;
    instant begun; /* when this process took the run up: later than now if it is resumed */
    struct retention keep;
    struct run_object *objects;    /* by index in manual->internal */
    int64_t schema_version;        /* of the file when the trackers of `objects` were read */
    struct sql_statement **exists; /* by index in store->objects: is there such a row? */
    struct sql_statement *company_name;
    int64_t *integration_objects; /* keys, by index in manual->integration */
    size_t outcomes_left, decisions_left, notes_left;
    unsigned retries;         /* runs in which an object is tried before it is held */
    const struct order *sent; /* the last one written down; NULL: none, or it is closed */
    size_t sent_next;         /* where to look for the change of the next answer */
    struct expected_records expected;
    struct run_any apart;   /* is anything kept apart? Operators change it between runs: it lasts */
    struct run_any matters; /* is anything open at a link? It lasts for a page of a push */
    struct run_any left_out;      /* is any record without an object? */
    struct run_any unknown;       /* is the outcome of any create? It lasts for a page, too */
    struct run_any references;    /* does any reference wait? */
    struct run_any echoes;        /* is any field written again and again? */
    struct run_any retried;       /* was anything tried in vain? */
    bool in_transaction, durable; /* durable: synchronous is FULL */
};

/* Now, in a run that began at run->now or later. */
static inline instant store_run_clock(const struct store_run *run)
{
    const instant clock = store_now(run->store);
    return clock > run->now ? clock : run->now;
}

/* What is dated in the future counts as of now (13.9). A run that takes hours, or goes on with one
 * that died, began long ago: what has happened since is not of the future. */
static inline instant store_run_until_now(const struct store_run *run, instant at)
{
    if (at <= run->now)
        return at;
    const instant clock = store_run_clock(run);
    return at < clock ? at : clock;
}

/* Is a change due in a push up to `to`? What was made after this process began waits for the next
 * run (decision 33): an import beside a push would otherwise never let it end. One of the future
 * counts as of now. CHANGE_IS_DUE binds what CHANGE_DUE gives. */
#define CHANGE_IS_DUE       "(CASE WHEN c.at > ? THEN ? ELSE c.at END <= ?)"
#define CHANGE_DUE_LETTERS  "iii"
#define CHANGE_DUE(run, to) store_run_clock(run), (run)->now, store_run_due(run, to)

static inline instant store_run_due(const struct store_run *run, instant to)
{
    if (to == INSTANT_NONE)
        return INT64_MAX;
    return to >= run->now && to < run->begun ? run->begun : to;
}

/* The run that a table of functions is part of. */
static inline struct store_run *run_of_books(struct books *books)
{
    return (struct store_run *)(void *)((char *)books - offsetof(struct store_run, books));
}
static inline struct store_run *run_of_journal(struct journal *journal)
{
    return (struct store_run *)(void *)((char *)journal - offsetof(struct store_run, journal));
}
static inline struct store_run *run_of_side(struct internal_side *side)
{
    return (struct store_run *)(void *)((char *)side - offsetof(struct store_run, internal));
}
static inline struct store_run *run_of_exchange(struct exchange *exchange)
{
    return run_of_side((struct internal_side *)(void *)((char *)exchange -
                                                        offsetof(struct internal_side, exchange)));
}

/* ---- run_object.c ---- */

WARN_UNUSED enum error_code run_object_open(struct store_run *run, struct run_object *object,
                                            const struct manual_object *manual,
                                            struct error *error);
/* object->linked_ahead: what `linked` reads of one record (?1 the integration's object, ?2 ours, ?3
 * its id), of as many, whose ids are bound from ?3 on; behind it, a row has the place of its id. */
enum { LINKED_AHEAD = 50, LINKED_FIRST_ID = 3 };
WARN_UNUSED enum error_code
run_object_prepare_ahead(struct store_run *run, struct run_object *object, struct error *error);
void run_object_close(struct run_object *object);
/* Read again which integrations track its fields. */
WARN_UNUSED enum error_code run_object_track(struct store_run *run, struct run_object *object,
                                             struct error *error);
/* NULL if it is not of this run's manual. */
struct run_object *run_object_of(const struct store_run *run, const struct manual_object *manual);
/* The same by its key, and of a mapping. */
struct run_object *run_object_by_key(const struct store_run *run, int64_t key);
struct run_object *run_object_of_mapping(const struct store_run *run,
                                         const struct mapping *mapping);
/* The key of a field of a mapping's object; 0: it is not in the manual. */
int64_t run_object_mapped_field(const struct store_run *run, const struct mapping *mapping,
                                size_t field);
/* Index in the manual object's fields of an interned field; SIZE_MAX if it is not in the manual. */
size_t run_object_field(const struct run_object *object, int64_t field_key);
int run_object_column_count(const struct run_object *object);
/* Values by index in the manual's fields, from the columns behind id and dates. */
WARN_UNUSED enum error_code run_object_read(struct store_run *run, const struct run_object *object,
                                            struct sql_statement *statement, struct arena *arena,
                                            struct value **values, struct error *error);
/* Load one object; local_object->exists tells whether it is there. */
WARN_UNUSED enum error_code run_object_load(struct store_run *run, struct run_object *object,
                                            int64_t id, struct arena *arena,
                                            struct local_object *local_object, struct error *error);
/* The current row of a statement that begins with the object's columns, as run_object_load gives
 * it. */
WARN_UNUSED enum error_code run_object_take(struct store_run *run, struct run_object *object,
                                            struct sql_statement *statement, struct arena *arena,
                                            struct local_object *local_object, struct error *error);
WARN_UNUSED enum error_code run_object_find(struct store_run *run, struct run_object *object,
                                            const struct object_search *search, struct arena *arena,
                                            struct texts *ids, struct error *error);

/* ---- internal_report.c ---- */

enum error_code internal_report(struct exchange *exchange, const struct request *request,
                                struct report *report, struct error *error);

/* ---- internal_order.c ---- */

enum error_code internal_order(struct exchange *exchange, struct order *order, struct error *error);

/* ---- internal_check.c ---- */

/* Is there an object of this kind with that id? */
WARN_UNUSED enum error_code internal_exists(struct store_run *run, struct text object,
                                            struct text id, bool *exists, struct error *error);
/* The field that has the name of a company; SIZE_MAX: there is none. */
size_t internal_name_field(const struct store_object *company);
/* The name of a company; absent: there is no such company. */
WARN_UNUSED enum error_code internal_company_name(struct store_run *run, int64_t id,
                                                  struct arena *arena, struct text *name,
                                                  struct error *error);

/* ---- internal_reference.c ---- */

enum error_code internal_refers_to(struct books *books, const struct field_place *place,
                                   const struct value *value, struct arena *arena,
                                   struct order_link *target, struct error *error);

/* ---- journal.c, journal_unknown.c, journal_deletion.c ---- */

/* Mark the changes whose reason is gone by now, and take them out of the order: creates of objects
 * that are gone, deletions of objects that live (whose links live again). Inside a transaction. */
WARN_UNUSED enum error_code journal_withdraw(struct store_run *run, struct order *order,
                                             struct error *error);
/* The object of this mapping was put back: it is linked as before. */
WARN_UNUSED enum error_code journal_revive(struct store_run *run, int64_t mapping,
                                           struct error *error);
/* What runs of this integration wrote and did not close, oldest first; or only creates whose
 * outcome is unknown. */
WARN_UNUSED enum error_code journal_read(struct store_run *run, bool unknown_only,
                                         struct arena *arena, struct journal_change **changes,
                                         size_t *count, struct error *error);
/* This create is sent again under its old key: what is written down now covers both. */
WARN_UNUSED enum error_code journal_unknown_forget(struct store_run *run,
                                                   const struct order_change *change,
                                                   struct error *error);
void journal_unknown_install(struct store_run *run);
void journal_install_deletions(struct store_run *run);

/* ---- books.c ---- */

void books_install(struct store_run *run);
/* Does a commit wait for the disk (FULL), or only for the system (NORMAL, for answers: they survive
 * the death of the process at once, and that of the machine from the next full commit on)? */
WARN_UNUSED enum error_code books_set_durable(struct store_run *run, bool durable,
                                              struct error *error);
/* ---- books_names.c ---- */

/* Ask, unless it is known. The statement gives a row if there is something. */
WARN_UNUSED enum error_code books_has_any(struct store_run *run, struct run_any *any, bool *has,
                                          struct error *error, const char *text,
                                          const char *letters, ...);
/* ERROR_NOT_FOUND: registry_set does not know it. */
WARN_UNUSED enum error_code books_integration_key(struct store *store, struct text name,
                                                  int64_t *key, struct error *error);
/* Key of an integration object, interned if `add`; 0: there is none. */
WARN_UNUSED enum error_code books_integration_object(struct store_run *run, struct text name,
                                                     bool add, int64_t *key, struct error *error);
/* The other way round. Most are in the manual, so that the table is hardly ever asked. */
WARN_UNUSED enum error_code books_integration_name(struct store_run *run, int64_t key,
                                                   struct arena *arena, struct text *name,
                                                   struct error *error);

/* ---- books_mapping.c ---- */

void books_install_mappings(struct store_run *run);
/* What is read of a mapping m whose record is known. In run_object.linked they stand behind those
 * of the object. */
#define RECORD_COLUMNS                                                                             \
    "m.key, m.object_id, m.last_sync, m.deleted, m.ended_by, m.ended_at, m.seen_run,"              \
    " m.base_versions, m.version"
/* What books_read_mappings reads. */
#define MAPPING_COLUMNS RECORD_COLUMNS ", m.object, m.integration_object, m.integration_id"
/* All rows of a statement that begins with MAPPING_COLUMNS. */
WARN_UNUSED enum error_code books_read_mappings(struct store_run *run, struct arena *arena,
                                                struct mappings *mappings, struct error *error,
                                                const char *text, const char *letters, ...);

/* RECORD_COLUMNS, from the next one on, of a record whose pair is known. */
WARN_UNUSED enum error_code books_read_known(struct store_run *run,
                                             const struct manual_entry *entry,
                                             struct text integration_id, struct rows *rows,
                                             struct arena *arena, struct mapping **result);

/* ---- books_linked.c ---- */

void books_install_linked(struct store_run *run);

/* ---- books_apart.c ---- */

void books_install_apart(struct store_run *run);

/* ---- books_lives.c ---- */

void books_install_lives(struct store_run *run);

/* ---- books_change.c ---- */

void books_install_changes(struct store_run *run);
/* What books_read_change reads, from a change and one of its marks, if it has any. */
#define CHANGE_COLUMNS                                                                             \
    "k.mapping IS NOT NULL, c.sequence, c.field, c.at, c.origin, c.owed, k.mapping, k.kind,"       \
    " k.theirs, c.object_id FROM field_change c LEFT JOIN change_mark k ON k.sequence = "          \
    "c.sequence"
enum { CHANGE_OBJECT = 9 };
/* One row: a change of an object, with its first mark; or a further mark of the last change. */
WARN_UNUSED enum error_code books_read_change(const struct store_run *run,
                                              const struct run_object *object, struct rows *rows,
                                              struct arena *arena, struct tracked_changes *changes);
/* The tracked changes of an object that are due in a push up to `until`. */
WARN_UNUSED enum error_code books_tracked(struct store_run *run, const struct run_object *object,
                                          int64_t id, instant until, struct arena *arena,
                                          struct tracked_changes *changes, struct error *error);

/* ---- books_executed.c ---- */

void books_install_executed(struct store_run *run);

/* ---- books_matter.c ---- */

void books_install_matters(struct store_run *run);
WARN_UNUSED enum error_code books_matter_forget_settled(struct store_run *run, struct error *error);
/* What is open at the fields of a stored mapping. */
WARN_UNUSED enum error_code books_read_matters(struct store_run *run,
                                               const struct run_object *object, struct arena *arena,
                                               struct mapping *mapping, struct error *error);

/* ---- books_owed.c ---- */

void books_install_owed(struct store_run *run);
/* The record of this mapping (key) lacks what our object has. */
WARN_UNUSED enum error_code books_owe(struct store_run *run, struct run_object *object, int64_t id,
                                      size_t field, instant at, int64_t mapping,
                                      struct error *error);

/* ---- books_loop.c ---- */

void books_install_loops(struct store_run *run);
/* Retry fields that are held for that reason: they sync again, and their records are requested. */
WARN_UNUSED enum error_code books_loop_free(struct store_run *run, const struct retry_wish *wish,
                                            struct error *error);
/* It ends at a field of an object, whatever link it is of. */
WARN_UNUSED enum error_code books_loop_end(struct store_run *run, int64_t mapping, int64_t field,
                                           struct error *error);
/* Counts from more than a day ago no longer matter. */
WARN_UNUSED enum error_code books_loop_forget(struct store_run *run, struct error *error);

/* ---- books_late.c ---- */

void books_install_late(struct store_run *run);
/* Is the field of this link known to lack the record that it refers to? */
WARN_UNUSED enum error_code books_is_awaited(struct store_run *run, int64_t mapping, int64_t field,
                                             bool *awaited, struct error *error);

/* ---- books_retry.c ---- */

void books_install_retry(struct store_run *run);
/* Configuration, mapping, fields or scripts of the integration changed since its last run: what was
 * refused is sent again. `setup` absent: it is not known. */
WARN_UNUSED enum error_code books_retry_after_change(struct store_run *run, struct text setup,
                                                     struct error *error);

/* ---- returned.c ---- */

/* Fields whose tracking began again since the last run: what differs from what was agreed was
 * edited meanwhile, and is tracked now (13.4). Inside a transaction. */
WARN_UNUSED enum error_code returned_track(struct store_run *run, struct error *error);

/* ---- ambiguous.c ---- */

void ambiguous_records_install(struct store_run *run);
/* Records that have a mapping by now, whoever made it, no longer wait. */
WARN_UNUSED enum error_code ambiguous_records_forget_linked(struct store_run *run,
                                                            struct error *error);

/* ---- books_note.c ---- */

void books_install_notes(struct store_run *run);

/* ---- resume.c ---- */

enum error_code resume_set_progress(struct books *books, const struct run_progress *progress,
                                    struct error *error);
/* Write down what this run asks for. */
WARN_UNUSED enum error_code resume_write_manual(struct store_run *run, struct error *error);
/* This run continues where `from` stopped, so that it can itself be resumed from the start. */
WARN_UNUSED enum error_code resume_take_over(struct store_run *run, int64_t from,
                                             struct error *error);

/* ---- journal.c and quarantine.c ---- */

WARN_UNUSED enum error_code journal_install(struct store_run *run, struct error *error);
void quarantine_install(struct store_run *run);
/* Failures after which nothing is left to send, because a pull has resolved them, do not count for
 * later ones.
 */
WARN_UNUSED enum error_code quarantine_forget_settled(struct store_run *run, struct error *error);

/* ---- backfill.c ---- */

/* Inside the transaction that opens or ends the run of a slice: it is under way now, or `status` is
 * its result. */
WARN_UNUSED enum error_code backfill_slice_open(struct store_run *run, struct error *error);
WARN_UNUSED enum error_code backfill_slice_close(struct store_run *run, const char *status,
                                                 struct error *error);
enum error_code backfill_slice_reach(struct books *books, const struct manual_object *object,
                                     const struct window_end *end, struct error *error);

/* ---- notify.c ---- */

/* Write the summaries of this run's notes. Inside a transaction. */
WARN_UNUSED enum error_code notify_owners(struct store_run *run, struct error *error);

#endif
