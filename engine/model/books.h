/*
 * books: what a run remembers, as a table of functions that the store implements: mappings, tracked
 * changes, positions, what people read, and how far the run came.
 *
 * Rules: a table is embedded in the implementer's own struct, which is recovered from the pointer
 * given; memory that a function hands back lives in the arena given, and nothing else is kept; an
 * error leaves the run to end or to record the failure, never to abort.
 */
#ifndef TANDEM_MODEL_BOOKS_H
#define TANDEM_MODEL_BOOKS_H

#include "model/order.h"
#include "model/outcome.h"

/* A record of theirs that several objects of ours match: it is linked to none of them, and waits
 * until they are told apart. */
struct ambiguous_record {
    int64_t key;                      /* of the books */
    const struct manual_entry *entry; /* NULL: the manual does not have it any more */
    struct text integration_id;
    /* What it was looked for by (value_identifier_key), by field of the internal object; none: the
     * manual does not have these fields any more. */
    const size_t *fields;
    const struct text *keys;
    size_t key_count;
};

/* Objects of ours that a record is not, by an operator's word, whatever its identifiers say. */
struct kept_apart {
    struct text *ids;
    size_t count;
    bool of_all; /* of every object: it is one of its own */
};

/* A matter of a record of theirs, of an object of ours, or of the two as a whole. What is absent is
 * not part of its place. */
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
};

/* A field of ours that was sent without the record that it refers to, which is there by now. */
struct awaited_reference {
    int64_t mapping;
    size_t field; /* index in the internal object's manual fields; SIZE_MAX: not in the manual */
};

/* What a run was asked to do and how far it got: the journal's head. */
struct run_record {
    int64_t id;
    struct text integration;
    instant started_at;
    struct text options_json; /* what must be the same for a run to be resumed */
};

/* Where the position of an integration object may not pass (an object of its window failed), and
 * where it stands. */
struct position_floor {
    bool frozen;       /* the position stays where it was */
    instant at;        /* INSTANT_NONE: not held */
    struct text token; /* given with a page of this run; absent: none */
};

/* How far a run came, committed together with the iteration that it describes; from here it can be
 * resumed. */
struct run_progress {
    const char *phase;            /* "pull", "push" */
    unsigned iteration;           /* the last complete one; 0: none yet */
    struct text cursor;           /* pull: what the next request gets */
    const struct position_floor *holds; /* by index of the manual's integration objects; NULL: none */
    const struct text *after;     /* push: last ids, by index of the manual's internal objects */
};

struct retry_wish; /* model/run.h */

/* All functions are required. Those that write are called between begin and commit only. */
struct books {
    enum error_code (*begin)(struct books *books, struct error *error);
    enum error_code (*commit)(struct books *books, struct error *error);
    /* The same, but what the disk takes may be waited for by whatever uses the books next. `await_commit`
     * waits for it and tells how it ended: before that, nobody may be told that it is stored. Until
     * then every function of the books may fail with what the commit failed with. */
    enum error_code (*commit_later)(struct books *books, struct error *error);
    enum error_code (*await_commit)(struct books *books, struct error *error);
    void (*rollback)(struct books *books);

    /* ---- object mappings ---- */
    /* The mapping of a record for one internal kind. *mapping NULL: there is none. */
    enum error_code (*mapping_of_record)(struct books *books, const struct manual_entry *entry,
                                         struct text integration_id, struct arena *arena,
                                         struct mapping **mapping, struct error *error);
    /* All mappings of a record, whatever the internal kind, also those without an entry. */
    enum error_code (*mappings_of_record)(struct books *books, struct text integration_object,
                                          struct text integration_id, struct arena *arena,
                                          struct mapping ***mappings, size_t *count,
                                          struct error *error);
    /* All mappings of an object of ours in this integration, deleted ones as well, oldest first. */
    enum error_code (*mappings_of_object)(struct books *books, struct text internal_object,
                                          struct text internal_id, struct arena *arena,
                                          struct mapping ***mappings, size_t *count,
                                          struct error *error);
    /* A mapping as it is stored now. *mapping NULL: it is gone. */
    enum error_code (*mapping_of_key)(struct books *books, int64_t key, struct arena *arena,
                                      struct mapping **mapping, struct error *error);
    /* Store a new mapping; sets its key. */
    enum error_code (*add_mapping)(struct books *books, struct mapping *mapping,
                                   struct error *error);
    /* Write everything of a stored mapping: pair, last_sync, deleted, base versions. */
    enum error_code (*update_mapping)(struct books *books, const struct mapping *mapping,
                                      struct error *error);
    /* The mapping's record was just written to. If its object was deleted here meanwhile, make of
     * the mapping what the deletion would have made of it (`deleted`, and passed on if wanted). */
    enum error_code (*mark_if_deleted)(struct books *books, struct mapping *mapping,
                                       struct error *error);
    enum error_code (*remove_mapping)(struct books *books, int64_t key, struct error *error);
    /* What this record must not be matched with, of the entry's internal kind. */
    enum error_code (*kept_apart)(struct books *books, const struct manual_entry *entry,
                                  struct text integration_id, struct arena *arena,
                                  struct kept_apart *apart, struct error *error);
    /* The object that an object of ours was merged into; *heir absent: it is there, or is gone
     * without an heir. */
    enum error_code (*heir_of)(struct books *books, struct text internal_object,
                               struct text internal_id, struct arena *arena, struct text *heir,
                               struct error *error);
    /* Was another object of ours merged into this one? */
    enum error_code (*is_heir)(struct books *books, struct text internal_object,
                               struct text internal_id, bool *is_heir, struct error *error);
    /* Which object of ours a field of one refers to: it has a pair, or the name of a contact's company.
     * An absent id: none that is here, or several of that name. */
    enum error_code (*refers_to)(struct books *books, const struct manual_object *object,
                                 struct text internal_id, size_t field, const struct value *value,
                                 struct arena *arena, struct order_link *target,
                                 struct error *error);
    /* `from` becomes `into` (two mappings of one pair after a remap): origins and marks follow. */
    enum error_code (*join_mappings)(struct books *books, int64_t from, int64_t into,
                                     struct error *error);

    /* ---- references that come late ---- */
    /* It waits from now on, in place of what waited at this field of the link. */
    enum error_code (*keep_late)(struct books *books, const struct late_reference *reference,
                                 struct error *error);
    /* What waits at the fields of a link. */
    enum error_code (*late_of_mapping)(struct books *books, int64_t mapping, struct arena *arena,
                                       struct late_reference **references, size_t *count,
                                       struct error *error);
    /* What waits at live links for records that have got an object meanwhile, by link. */
    enum error_code (*late_due)(struct books *books, struct arena *arena,
                                struct late_reference **references, size_t *count,
                                struct error *error);
    /* It waits no more; or (`postponed`) it waits on, as its record has no object after all. */
    enum error_code (*end_late)(struct books *books, int64_t mapping, struct text field,
                                bool postponed, struct error *error);
    /* What waits for a record waits for another one, which it has become. */
    enum error_code (*move_late)(struct books *books, struct text old_object, struct text old_id,
                                 struct text new_object, struct text new_id, struct error *error);
    /* The field was sent without the record that this object of ours is to be there. */
    enum error_code (*await_record)(struct books *books, const struct mapping *mapping,
                                    size_t field, const struct order_link *target,
                                    struct error *error);
    enum error_code (*end_awaited)(struct books *books, const struct mapping *mapping, size_t field,
                                   struct error *error);
    enum error_code (*awaited_due)(struct books *books, struct arena *arena,
                                   struct awaited_reference **references, size_t *count,
                                   struct error *error);

    /* ---- tracked changes, of this integration ---- */
    /* Of one object, at <= until (INSTANT_NONE: all), with their marks. */
    enum error_code (*tracked_changes)(struct books *books, const struct manual_object *object,
                                       struct text internal_id, instant until, struct arena *arena,
                                       struct tracked_change **changes, size_t *count,
                                       struct error *error);
    /* Remove exactly this row; a newer one of the same field stays. */
    enum error_code (*remove_tracked_change)(struct books *books, int64_t sequence,
                                             struct error *error);
    /* Set or replace the mark of a mapping at a tracked change. */
    enum error_code (*mark_tracked_change)(struct books *books, int64_t sequence,
                                           const struct change_mark *mark, struct error *error);
    enum error_code (*unmark_tracked_change)(struct books *books, int64_t sequence, int64_t mapping,
                                             struct error *error);
    /* What time it is, by the store's clock. */
    instant (*clock)(struct books *books);
    /* What stands for the mapping of a record that is yet to be created as this entry's, in marks. */
    int64_t (*create_key)(struct books *books, const struct manual_entry *entry);
    /* The marks of `from` at the changes of one object become marks of `to`. */
    enum error_code (*move_marks)(struct books *books, const struct manual_object *object,
                                  struct text internal_id, int64_t from, int64_t to,
                                  struct error *error);
    /* This mapping's record lacks what our object has: tracked for it alone, unless an edit is, or it
     * waits for a record. */
    enum error_code (*owe_change)(struct books *books, const struct mapping *mapping, size_t field,
                                  instant at, struct error *error);
    /* When the value of a field became what it is, as far as it is known from edits and from the
     * records that syncs took values from; BASE_VERSION_UNDATED: from a record without an instant;
     * INSTANT_NONE: nothing is known. */
    enum error_code (*value_instant)(struct books *books, const struct manual_object *object,
                                     struct text internal_id, size_t field,
                                     const struct value *value, instant *at, struct error *error);
    /* When somebody edited it, or a sync brought it, last, for whatever integration that is tracked;
     * INSTANT_NONE: not tracked. */
    enum error_code (*edit_instant)(struct books *books, const struct manual_object *object,
                                    struct text internal_id, size_t field, instant *at,
                                    struct error *error);
    /* Record that a field has to be looked at though nobody edited it: a tie where no tracked
     * change is, so that the next push does not send it. Sets *sequence. */
    enum error_code (*track_change)(struct books *books, const struct manual_object *object,
                                    struct text internal_id, size_t field, instant at,
                                    int64_t origin, int64_t *sequence, struct error *error);

    /* ---- open matters ---- */
    /* It is open at this field of a stored mapping: since now, or still. */
    enum error_code (*keep_matter)(struct books *books, const struct mapping *mapping, size_t field,
                                   enum matter_reason reason, struct error *error);
    enum error_code (*end_matter)(struct books *books, const struct mapping *mapping, size_t field,
                                  enum matter_reason reason, struct error *error);
    /* A run has written the field, and no edit explains why: so many writes more. *held: there are
     * six within a day, and from now on the field is held at every link of the object (13.18).
     * `writes` 0: somebody edited it, the count begins anew. */
    enum error_code (*count_writes)(struct books *books, const struct mapping *mapping,
                                    size_t field, unsigned writes, struct text message,
                                    bool *held, struct error *error);
    /* The same for a record or an object as a whole. */
    enum error_code (*keep_record_matter)(struct books *books, const struct record_matter *matter,
                                          struct error *error);
    enum error_code (*end_record_matter)(struct books *books, const struct record_matter *matter,
                                         struct error *error);

    /* ---- what is tried again (13.3) ---- */
    /* Refused and not kept fields that the wish means are due once more. */
    enum error_code (*retry_edits)(struct books *books, const struct retry_wish *wish,
                                   struct error *error);
    /* The records of what else is open and meant by the wish, each once; their key is 0. */
    enum error_code (*retried_records)(struct books *books, const struct retry_wish *wish,
                                       struct arena *arena, struct ambiguous_record **records,
                                       size_t *count, struct error *error);

    /* ---- positions ---- */
    enum error_code (*position)(struct books *books, const struct manual_object *object,
                                struct window_end *end, struct arena *arena,
                                struct error *error);
    enum error_code (*set_position)(struct books *books, const struct manual_object *object,
                                    const struct window_end *end, struct error *error);
    /* When the last run of this integration that was complete began, of those that began not later
     * than `until`; INSTANT_NONE: there is none. */
    enum error_code (*last_complete)(struct books *books, instant until, instant *at,
                                     struct error *error);
    /* The run of a slice of a longer window has pulled it up to `at` (`at` NONE: nothing can be
     * said). The books move the position over slices that follow one another. */
    enum error_code (*set_reach)(struct books *books, const struct manual_object *object,
                                 const struct window_end *end, struct error *error);

    /* ---- records that several objects of ours match ---- */
    /* Remember one, or how it was looked for this time. */
    enum error_code (*remember_ambiguous)(struct books *books, const struct ambiguous_record *record,
                                         struct error *error);
    /* Those that may be asked for and have no mapping, by key, after `after`. */
    enum error_code (*ambiguous)(struct books *books, int64_t after, size_t limit,
                                 struct arena *arena, struct ambiguous_record **records,
                                 size_t *count, struct error *error);
    /* It was asked for in vain: `message` tells why. It may be asked for `again`, though not in
     * more runs than an object is tried. */
    enum error_code (*fail_ambiguous)(struct books *books, int64_t key, struct text message,
                                     bool again, struct error *error);
    /* For every kind; but what this very run remembered of the record stays. */
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
