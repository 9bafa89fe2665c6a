/*
 * books: what a run remembers: mappings, tracked changes, positions, notes for people, and how far
 * the run has come. A table of functions that the store implements.
 *
 * Rules: the implementer embeds the table in its own struct and recovers that from the pointer.
 * Memory that a function returns lives in the given arena. After an error the run records the
 * failure or ends; the process never aborts.
 */
#ifndef TANDEM_MODEL_BOOKS_H
#define TANDEM_MODEL_BOOKS_H

#include "model/execution.h"
#include "model/outcome.h"

/* A record of theirs that matches several objects of ours. It is not linked to any of them and
 * waits until people tell them apart. */
struct ambiguous_record {
    int64_t key;                      /* of the books */
    const struct manual_entry *entry; /* NULL: it is no longer in the manual */
    struct text integration_id;
    struct identity identity; /* by which it was looked up; without keys: these fields are no
                               * longer in the manual */
    bool named; /* people said whose record it is: what was sent may never have been shown */
};

/* Objects of ours to which an operator has forbidden linking a record, even if its identifiers
 * match. */
struct kept_apart {
    struct text *ids;
    size_t count;
    bool of_all; /* all objects: it becomes a new one */
};

/* A matter about a record of theirs, an object of ours, or both as a whole. Absent texts are not
 * part of its place. */
struct record_matter {
    enum matter_reason reason;
    struct text internal_object, internal_id;
    struct text integration_object, integration_id;
    struct text message; /* for people; not part of its place */
};

/* A field of a record of theirs that refers to a record which has no object here yet (13.8). */
struct late_reference {
    int64_t mapping;   /* key of the link of the record that refers */
    struct text field; /* the integration's name */
    struct text to_object, to_id;
    instant field_at, record_at; /* as they were reported; INSTANT_NONE: not known */
    uint64_t ours;               /* fingerprint of what our field had then; 0: not known */
    instant since;               /* when it was kept; set by the books */
};

/* Up to where the records of an object were pulled completely. */
struct window_end {
    instant at;        /* by our clock; INSTANT_NONE: not known, or there is a token */
    struct text token; /* of an API with change tokens; absent: none */
    int64_t behind_ms; /* how far their clock was behind ours then (struct clock_bounds) */
    bool clock_known;  /* a run has measured it; clock_ms: the last time */
    int64_t clock_ms;
    bool unfilled; /* lines of the mapping wait for a pull from the beginning (decision 111) */
};

/* A field of ours that was sent without a reference, because the record that it refers to did
 * not exist yet. It does now. */
struct awaited_reference {
    int64_t mapping;
    size_t field; /* index in the internal object's manual fields; SIZE_MAX: not in the manual */
};

/* The instant that an integration object's position must not pass, because a record of its
 * window failed, and the position itself. */
struct position_floor {
    bool stays;        /* the position stays where it was */
    instant at;        /* the earliest that failed; INSTANT_NONE: none */
    struct text token; /* given with a page of this run; absent: none */
};

/* How far a run has come, committed together with each iteration. A run can be resumed from
 * here. */
struct run_progress {
    const char *phase;  /* "pull", "push" */
    unsigned iteration; /* the last complete one; 0: none yet */
    struct text cursor; /* pull: what the next request gets */
    const struct position_floor
        *floors;                   /* by index of the manual's integration objects; NULL: none */
    const struct text *page_after; /* push: last ids, by index of the manual's internal objects */
};

struct retry_wish; /* model/run.h */

/* Why a record has no object here although it was reported: the later, the stronger. */
enum left_out {
    LEFT_OUT_NOT,     /* nothing of the following */
    LEFT_OUT_LOST,    /* it had one (MATTER_LEFT_OUT) */
    LEFT_OUT_DOUBTFUL /* it contradicted the object that it matched */
};

/* A field of an object of ours. */
struct field_place {
    const struct manual_object *object;
    struct text internal_id;
    size_t field;
};

/* All functions are required. Those that write are called between begin and commit only. */
struct books {
    enum error_code (*begin)(struct books *books, struct error *error);
    enum error_code (*commit)(struct books *books, struct error *error);
    /* The same, but in the background: the next use of the books waits for the disk.
     * `await_commit` waits and returns the commit's result; before that, nobody may be told that
     * anything is stored. Until then every function of the books may fail with the commit's
     * error. */
    enum error_code (*commit_later)(struct books *books, struct error *error);
    enum error_code (*await_commit)(struct books *books, struct error *error);
    void (*rollback)(struct books *books);
    /* In between everything is read as of one moment, and nothing may be written. It also spares
     * the locks that each read takes outside of a transaction. */
    enum error_code (*begin_reading)(struct books *books, struct error *error);
    void (*end_reading)(struct books *books);

    /* ---- object mappings ---- */
    /* The mapping of a record for one internal kind. *mapping NULL: there is none. */
    enum error_code (*mapping_of_record)(struct books *books, const struct manual_entry *entry,
                                         struct text integration_id, struct arena *arena,
                                         struct mapping **mapping, struct error *error);
    /* The same, and the object of ours that it leads to, as `load` of our side reads it: a pull
     * asks for both with each record, so it is one look-up. Without a mapping there is no object.
     */
    enum error_code (*linked_record)(struct books *books, const struct manual_entry *entry,
                                     struct text integration_id, struct arena *arena,
                                     struct mapping **mapping, struct local_object *local_object,
                                     struct error *error);
    /* linked_record will be asked for these, mostly in this order, before the transaction ends, up
     * to which the ids must live: so many can be read at once. NULL, 0: for nothing more. It makes
     * no difference to the answers. */
    void (*expect_linked)(struct books *books, const struct manual_entry *entry,
                          const struct text *integration_ids, size_t count);
    /* All mappings of a record, whatever the internal kind, also those without an entry. */
    enum error_code (*mappings_of_record)(struct books *books, struct text integration_object,
                                          struct text integration_id, struct arena *arena,
                                          struct mappings *mappings, struct error *error);
    /* All mappings of an object of ours in this integration, deleted ones as well, oldest first. */
    enum error_code (*mappings_of_object)(struct books *books, struct text internal_object,
                                          struct text internal_id, struct arena *arena,
                                          struct mappings *mappings, struct error *error);
    /* A mapping as it is stored now. *mapping NULL: it is gone. */
    enum error_code (*mapping_of_key)(struct books *books, int64_t key, struct arena *arena,
                                      struct mapping **mapping, struct error *error);
    /* Store a new mapping; sets its key. */
    enum error_code (*add_mapping)(struct books *books, struct mapping *mapping,
                                   struct error *error);
    /* Write everything of a stored mapping: pair, last_sync, deleted, base versions. */
    enum error_code (*update_mapping)(struct books *books, const struct mapping *mapping,
                                      struct error *error);
    /* The mapping's record was just written. If its object was deleted here in the meantime,
     * treat the mapping as the deletion would have (mark it deleted, pass the deletion on if
     * wanted). */
    enum error_code (*mark_if_deleted)(struct books *books, struct mapping *mapping,
                                       struct error *error);
    enum error_code (*remove_mapping)(struct books *books, int64_t key, struct error *error);
    /* The objects of the entry's internal kind that this record must not be matched with. */
    enum error_code (*kept_apart)(struct books *books, const struct manual_entry *entry,
                                  struct text integration_id, struct arena *arena,
                                  struct kept_apart *apart, struct error *error);
    /* The object into which an object of ours was merged. *heir absent: it still exists, or it
     * was deleted without a merge. */
    enum error_code (*heir_of)(struct books *books, struct text internal_object,
                               struct text internal_id, struct arena *arena, struct text *heir,
                               struct error *error);
    /* Was another object of ours merged into this one? */
    enum error_code (*is_heir)(struct books *books, struct text internal_object,
                               struct text internal_id, bool *is_heir, struct error *error);
    /* The object of ours to which a field with this value refers: by a reference, or by the name
     * of a contact's company. Without an id: there is none, or there are several of that name. */
    enum error_code (*refers_to)(struct books *books, const struct field_place *place,
                                 const struct value *value, struct arena *arena,
                                 struct order_link *target, struct error *error);
    /* `from` becomes `into` (two mappings of one pair after a remap): origins and marks follow. */
    enum error_code (*join_mappings)(struct books *books, int64_t from, int64_t into,
                                     struct error *error);

    /* ---- references to records that are not linked yet ---- */
    /* Keep a reference that waits, in place of the one that waited at this field of the link. */
    enum error_code (*keep_late)(struct books *books, const struct late_reference *reference,
                                 struct error *error);
    /* The references that wait at the fields of a link. */
    enum error_code (*late_of_mapping)(struct books *books, int64_t mapping, struct arena *arena,
                                       struct late_reference **references, size_t *count,
                                       struct error *error);
    /* The waiting references of live links whose record has an object here by now, by link. */
    enum error_code (*late_due)(struct books *books, struct arena *arena,
                                struct late_reference **references, size_t *count,
                                struct error *error);
    /* End a waiting reference; or (`postponed`) keep it, because its record has no object here
     * after all. */
    enum error_code (*end_late)(struct books *books, int64_t mapping, struct text field,
                                bool postponed, struct error *error);
    /* References that wait for a record now wait for the one that it has become. */
    enum error_code (*move_late)(struct books *books, struct text old_object, struct text old_id,
                                 struct text new_object, struct text new_id, struct error *error);
    /* The field was sent without a reference to `target`, which has no record there yet. */
    enum error_code (*await_record)(struct books *books, const struct mapping *mapping,
                                    size_t field, const struct order_link *target,
                                    struct error *error);
    enum error_code (*end_awaited)(struct books *books, const struct mapping *mapping, size_t field,
                                   struct error *error);
    enum error_code (*awaited_due)(struct books *books, struct arena *arena,
                                   struct awaited_reference **references, size_t *count,
                                   struct error *error);

    /* ---- tracked changes, of this integration ---- */
    /* Of one object, with their marks. */
    enum error_code (*tracked_changes)(struct books *books, const struct manual_object *object,
                                       struct text internal_id, struct arena *arena,
                                       struct tracked_changes *changes, struct error *error);
    /* Remove exactly this row; a newer one of the same field stays. */
    enum error_code (*remove_tracked_change)(struct books *books, int64_t sequence,
                                             struct error *error);
    /* Set or replace the mark of a mapping at a tracked change. */
    enum error_code (*mark_tracked_change)(struct books *books, int64_t sequence,
                                           const struct change_mark *mark, struct error *error);
    enum error_code (*unmark_tracked_change)(struct books *books, int64_t sequence, int64_t mapping,
                                             struct error *error);
    /* Our side has written this object, and the mappings of its changes are stored: whoever is
     * concerned by a field that changed gets a tracked change of it: the other integrations that
     * track it, and the object's other records in this one that do not have the value. */
    enum error_code (*track_executed)(struct books *books, const struct executed_object *executed,
                                      struct error *error);
    /* The time by the store's clock. */
    instant (*clock)(struct books *books);
    /* The key that marks use for the mapping of a record that is yet to be created for this
     * entry. */
    int64_t (*create_key)(struct books *books, const struct manual_entry *entry);
    /* The marks of `from` at the changes of one object become marks of `to`. */
    enum error_code (*move_marks)(struct books *books, const struct manual_object *object,
                                  struct text internal_id, int64_t from, int64_t to,
                                  struct error *error);
    /* This mapping's record lacks a value that our object has: track the field for this mapping
     * alone, unless an edit is tracked already or the field waits for a record. */
    enum error_code (*owe_change)(struct books *books, const struct mapping *mapping, size_t field,
                                  instant at, struct error *error);
    /* When a field got its present value, as far as is known from edits and from the records
     * that syncs took values from; BASE_VERSION_UNDATED: from a record without an instant;
     * INSTANT_NONE: nothing is known. */
    enum error_code (*value_instant)(struct books *books, const struct manual_object *object,
                                     struct text internal_id, size_t field,
                                     const struct value *value, instant *at, struct error *error);
    /* When it was last edited or brought by a sync, for any integration that tracks it;
     * INSTANT_NONE: not tracked. */
    enum error_code (*edit_instant)(struct books *books, const struct manual_object *object,
                                    struct text internal_id, size_t field, instant *at,
                                    struct error *error);
    /* Track a field although nobody edited it: a tie without a tracked change, so that the next
     * push does not send the field. Field, instant and origin are given, the sequence is set. */
    enum error_code (*track_change)(struct books *books, const struct manual_object *object,
                                    struct text internal_id, struct tracked_change *change,
                                    struct error *error);

    /* ---- open matters ---- */
    /* A matter at this field of a stored mapping is open: newly, or still. */
    enum error_code (*keep_matter)(struct books *books, const struct mapping *mapping, size_t field,
                                   enum matter_reason reason, struct error *error);
    enum error_code (*end_matter)(struct books *books, const struct mapping *mapping, size_t field,
                                  enum matter_reason reason, struct error *error);
    /* A run has written the field and no edit explains why: add so many writes. *held: there
     * were six within a day, so the field is held at every link of the object from now on
     * (13.18). `writes` 0: somebody edited it, so the count begins again. */
    enum error_code (*count_writes)(struct books *books, const struct mapping *mapping,
                                    size_t field, unsigned writes, struct text message, bool *held,
                                    struct error *error);
    /* The same for a record or an object as a whole. */
    enum error_code (*keep_record_matter)(struct books *books, const struct record_matter *matter,
                                          struct error *error);
    enum error_code (*end_record_matter)(struct books *books, const struct record_matter *matter,
                                         struct error *error);

    /* ---- what is tried again (13.3) ---- */
    /* The refused and unkept fields that the wish selects are due again. */
    enum error_code (*retry_edits)(struct books *books, const struct retry_wish *wish,
                                   struct error *error);
    /* The records of all other open matters that the wish selects, each once; their key is 0. */
    enum error_code (*retried_records)(struct books *books, const struct retry_wish *wish,
                                       struct arena *arena, struct ambiguous_record **records,
                                       size_t *count, struct error *error);

    /* ---- positions ---- */
    enum error_code (*position)(struct books *books, const struct manual_object *object,
                                struct window_end *end, struct arena *arena, struct error *error);
    enum error_code (*set_position)(struct books *books, const struct manual_object *object,
                                    const struct window_end *end, struct error *error);
    /* When the last complete run of this integration began, of those that began no later than
     * `until`; INSTANT_NONE: there is none. */
    enum error_code (*last_complete)(struct books *books, instant until, instant *at,
                                     struct error *error);
    /* The run of a slice of a longer window has pulled it up to `at` (`at` NONE: nothing can be
     * said). The books move the position over slices that follow one another. */
    enum error_code (*set_reach)(struct books *books, const struct manual_object *object,
                                 const struct window_end *end, struct error *error);

    /* ---- records that several objects of ours match ---- */
    /* Remember one, or update the keys by which it was looked up. */
    enum error_code (*remember_ambiguous)(struct books *books,
                                          const struct ambiguous_record *record,
                                          struct error *error);
    /* Why a record without a link has none although reports have told of it. */
    enum error_code (*left_out)(struct books *books, const struct manual_entry *entry,
                                struct text integration_id, enum left_out *why,
                                struct error *error);
    /* Those that may be requested and have no mapping, or were asked for, by key, after `after`. */
    enum error_code (*ambiguous)(struct books *books, int64_t after, size_t limit,
                                 struct arena *arena, struct ambiguous_record **records,
                                 size_t *count, struct error *error);
    /* It was requested without success; `message` says why. `again`: it may be requested in
     * further runs, as many as `retries` allows. */
    enum error_code (*fail_ambiguous)(struct books *books, int64_t key, struct text message,
                                      bool again, struct error *error);
    /* The record of this stored mapping may have values that nobody knows, because a create has
     * found it, say: it may be requested once, unless pages show all of it before. */
    enum error_code (*ask_for_whole)(struct books *books, const struct mapping *mapping,
                                     struct error *error);
    /* For every internal kind, except what this run has remembered. */
    enum error_code (*forget_ambiguous)(struct books *books, struct text integration_object,
                                        struct text integration_id, struct error *error);

    /* ---- what people read ---- */
    enum error_code (*add_note)(struct books *books, const struct note *note, struct error *error);
    enum error_code (*add_outcome)(struct books *books, const struct outcome *outcome,
                                   struct error *error);
    enum error_code (*add_decision)(struct books *books, const struct decision *decision,
                                    struct error *error);

    /* ---- the journal ---- */
    enum error_code (*set_progress)(struct books *books, const struct run_progress *progress,
                                    struct error *error);
};

#endif
