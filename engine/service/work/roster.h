/*
 * roster: the integrations that the service looks after, as their files say, and what each is up
 * to.
 *
 * A roster is read whole or not at all; the new one takes over from the old one what is no
 * configuration: pauses, what is pending, when each is due.
 */
#ifndef TANDEM_SERVICE_WORK_ROSTER_H
#define TANDEM_SERVICE_WORK_ROSTER_H

#include "host/budget.h"
#include "script/configuration/configuration.h"
#include "service/schedule/cron.h"

struct job;

enum { PENDING_IDS = 60, PENDING_ID_SIZE = 96 };

/* Why it should be synced apart from its schedule. */
struct pending {
    bool whole;    /* everything: too many ids, a deletion, or a run that failed */
    bool webhooks; /* deliveries wait in the store */
    size_t id_count;
    char ids[PENDING_IDS][PENDING_ID_SIZE]; /* of ours: "contact:12" */
};

struct roster_entry {
    struct text name; /* all texts: in the roster's arena */
    bool enabled;
    struct text trouble; /* why its file cannot be used; absent: it can */
    struct schedule_settings schedule;
    struct cron cron;
    struct zone *zone; /* owned; NULL: UTC */
    struct webhook_settings webhooks;
    bool authorizes;      /* people authorize it in a browser */
    struct text *objects; /* theirs that are mapped */
    size_t object_count;
    struct budget *budgets; /* daily limits of its API */
    size_t budget_count;
    /* what it is up to */
    bool paused;
    instant last_started;    /* INSTANT_NONE: never */
    instant due;             /* INSTANT_NONE: never by schedule */
    int64_t interval_ms;     /* of `every`, as it is now */
    struct pending *pending; /* owned; NULL: nothing */
    instant not_before;      /* after a failure: pending runs wait; INSTANT_NONE: they don't */
    unsigned failures;       /* in a row */
    int64_t cost;            /* requests of its last scheduled run */
    struct job *job;         /* the sync or backfill under way; borrowed from the jobs */
};

struct roster {
    struct arena *arena;
    struct roster_entry *entries; /* sorted by name */
    size_t count;
    struct configuration *configuration; /* config/tandem.lua; owned */
    instant loaded;
};

/* Read all files below `home`. A mistake in config/tandem.lua, or in the schedule or the webhooks
 * of any file, is an ERROR_CONFIGURATION; a file that cannot be read otherwise (a variable that is
 * not set) is one only with `strict`, else its integration is broken and the others continue.
 * Owned.
 */
WARN_UNUSED enum error_code roster_load(const char *home, bool strict, struct log *log,
                                        struct roster **roster, struct error *error);
void roster_free(struct roster *roster);                                         /* accepts NULL */
struct roster_entry *roster_find(const struct roster *roster, struct text name); /* or NULL */
/* Copy the texts of these settings into the arena. */
WARN_UNUSED enum error_code roster_keep_webhooks(struct webhook_settings *settings,
                                                 struct arena *arena, struct error *error);
/* Move what is not configuration out of `before` (may be NULL). */
void roster_take_over(struct roster *roster, struct roster *before);

/* ---- an entry ---- */

/* When it is due by its schedule after a run that began at last_started; `now` is never missed by
 * more than one run. */
void roster_plan(struct roster_entry *entry, instant now);
/* Put it off if, at that pace, the daily limits of its API would not last until midnight: half of
 * what is left is for its schedule, the rest for edits, webhooks and people. */
void roster_spare(struct roster_entry *entry, const struct home *home, instant now);
/* A run has ended: a faster or slower pace; `changed`: it moved something. */
void roster_pace(struct roster_entry *entry, bool changed);
/* For people: "every 10 minutes". */
void roster_describe(const struct roster_entry *entry, char text[128]);
/* It is to be synced: everything, the deliveries that wait, an object. */
void roster_add_whole(struct roster_entry *entry);
void roster_add_deliveries(struct roster_entry *entry);
void roster_add_id(struct roster_entry *entry, struct text object, struct text id);
void roster_forget_pending(struct roster_entry *entry);

#endif
