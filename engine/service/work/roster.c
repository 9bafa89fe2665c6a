/* Reading all files of a home into one table. */
#include "service/work/roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SPREAD_MS = 5000, JITTER_PARTS = 20, DAY_MS = 24 * 3600 * 1000 };

/* ---- reading ---- */

enum error_code roster_keep_webhooks(struct webhook_settings *settings, struct arena *arena,
                                     struct error *error)
{
    return text_keep(arena, error, &settings->scheme, &settings->secret, &settings->previous_secret,
                     &settings->username, &settings->header, &settings->prefix,
                     &settings->timestamp_header, &settings->id_header, &settings->path,
                     &settings->url, NULL);
}

static enum error_code take_settings(struct roster *roster, struct roster_entry *entry,
                                     const struct integration_configuration *configuration,
                                     struct error *error)
{
    entry->enabled = configuration->enabled;
    entry->schedule = configuration->schedule;
    entry->webhooks = configuration->webhooks;
    for (size_t i = 0; i < configuration->auth.count; i++)
        entry->authorizes |=
            text_equal(configuration->auth.settings[i].name, TEXT("type")) &&
            text_equal(configuration->auth.settings[i].value, TEXT("oauth2_authorization_code"));
    if (text_keep(roster->arena, error, &entry->schedule.cron, &entry->schedule.timezone, NULL) ||
        roster_keep_webhooks(&entry->webhooks, roster->arena, error))
        return error->code;
    entry->objects = ARENA_ARRAY(roster->arena, configuration->object_count, struct text);
    if (!entry->objects)
        return error_memory(error, "the integrations");
    for (size_t i = 0; i < configuration->object_count; i++) {
        if (text_copy(roster->arena, configuration->objects[i].integration_object,
                      &entry->objects[entry->object_count++], error))
            return error->code;
    }
    return budget_list(entry->name, &configuration->http, roster->arena, &entry->budgets,
                       &entry->budget_count, error);
}

static enum error_code read_schedule(struct roster_entry *entry, struct error *error)
{
    entry->interval_ms = entry->schedule.every_ms;
    if (text_is_absent(entry->schedule.cron))
        return ERROR_NONE;
    if (cron_parse(entry->schedule.cron, &entry->cron, error) ||
        (!text_equal(entry->schedule.timezone, TEXT("UTC")) &&
         zone_open(entry->schedule.timezone, &entry->zone, error)))
        return error_prefix(error, "config/integrations/%.*s.lua: schedule",
                            TEXT_PRINT(entry->name));
    return ERROR_NONE;
}

static enum error_code read_entry(const char *home, bool strict, struct log *log,
                                  struct roster *roster, struct roster_entry *entry,
                                  struct error *error)
{
    struct integration_configuration *configuration = NULL;
    struct error trouble = {.code = ERROR_NONE};
    enum error_code code =
        configuration_integration_load(home, entry->name.bytes, CONFIGURATION_WHOLE,
                                       roster->configuration, log, &configuration, &trouble);
    if (code == ERROR_MEMORY || (code && strict)) {
        *error = trouble;
        return code;
    }
    if (code)
        return text_copy(roster->arena, text_of(trouble.message), &entry->trouble, error);
    code = take_settings(roster, entry, configuration, error);
    configuration_integration_free(configuration);
    return code ? code : read_schedule(entry, error);
}

static enum error_code read_all(const char *home, bool strict, struct log *log,
                                struct roster *roster, struct error *error)
{
    struct text *names = NULL;
    if (configuration_load(home, log, &roster->configuration, error) ||
        configuration_integration_names(home, roster->arena, &names, &roster->count, error))
        return error->code;
    roster->entries = ARENA_ARRAY(roster->arena, roster->count, struct roster_entry);
    if (!roster->entries)
        return error_memory(error, "the integrations");
    for (size_t i = 0; i < roster->count; i++) {
        roster->entries[i] = (struct roster_entry){.name = names[i],
                                                   .trouble = TEXT_ABSENT,
                                                   .last_started = INSTANT_NONE,
                                                   .due = INSTANT_NONE,
                                                   .not_before = INSTANT_NONE};
        if (read_entry(home, strict, log, roster, &roster->entries[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code roster_load(const char *home, bool strict, struct log *log, struct roster **result,
                            struct error *error)
{
    struct roster *const roster = calloc(1, sizeof *roster);
    *result = NULL;
    if (roster)
        roster->arena = arena_new(0);
    if (!roster || !roster->arena) {
        free(roster);
        return error_memory(error, "the integrations");
    }
    roster->loaded = instant_now();
    const enum error_code code = read_all(home, strict, log, roster, error);
    if (code)
        roster_free(roster);
    else
        *result = roster;
    return code;
}

void roster_free(struct roster *roster)
{
    if (!roster)
        return;
    for (size_t i = 0; roster->entries && i < roster->count; i++) {
        zone_free(roster->entries[i].zone);
        free(roster->entries[i].pending);
    }
    configuration_free(roster->configuration);
    arena_free(roster->arena);
    free(roster);
}

static int compare_names(const void *name, const void *entry)
{
    return text_compare(*(const struct text *)name, ((const struct roster_entry *)entry)->name);
}

struct roster_entry *roster_find(const struct roster *roster, struct text name)
{
    return roster->count && !text_is_absent(name) ? bsearch(&name, roster->entries, roster->count,
                                                            sizeof *roster->entries, compare_names)
                                                  : NULL;
}

void roster_take_over(struct roster *roster, struct roster *before)
{
    for (size_t i = 0; before && i < before->count; i++) {
        struct roster_entry *const old = &before->entries[i], *const entry =
                                                                  roster_find(roster, old->name);
        if (!entry)
            continue;
        entry->paused = old->paused;
        entry->last_started = old->last_started;
        entry->pending = old->pending;
        entry->not_before = old->not_before;
        entry->failures = old->failures;
        entry->cost = old->cost;
        entry->job = old->job;
        old->pending = NULL;
    }
}

/* ---- an entry ---- */

/* From 0 to `most`, always the same for one integration and run, so that they do not all begin at
 * once. */
static int64_t spread(const struct roster_entry *entry, int64_t most)
{
    const uint64_t hash =
        text_hash(entry->name) ^ (uint64_t)entry->last_started * 0x9e3779b97f4a7c15u;
    return most > 0 ? (int64_t)((hash >> 16) % (uint64_t)most) : 0;
}

void roster_plan(struct roster_entry *entry, instant now)
{
    const instant last = entry->last_started;
    if (!entry->enabled || !text_is_absent(entry->trouble) || entry->schedule.off)
        entry->due = INSTANT_NONE;
    else if (!text_is_absent(entry->schedule.cron))
        /* a missed run is made up for once, now */
        entry->due = cron_next(&entry->cron, entry->zone, last == INSTANT_NONE ? now : last);
    else if (last == INSTANT_NONE)
        entry->due = now + spread(entry, FIRST_SPREAD_MS);
    else
        entry->due = last + entry->interval_ms + spread(entry, entry->interval_ms / JITTER_PARTS);
    /* A clock that was set back must not delay a run by more than its schedule's interval. */
    if (entry->due != INSTANT_NONE && text_is_absent(entry->schedule.cron) &&
        entry->due > now + 2 * entry->interval_ms)
        entry->due = now + entry->interval_ms;
}

void roster_spare(struct roster_entry *entry, const struct home *home, instant now)
{
    const int64_t until_midnight = DAY_MS - now % DAY_MS;
    const bool paced = entry->due != INSTANT_NONE && entry->schedule.every_ms > 0;
    for (size_t i = 0; paced && i < entry->budget_count; i++) {
        const int64_t runs =
            budget_left(home, &entry->budgets[i], now) / 2 / (entry->cost > 0 ? entry->cost : 1);
        const instant least = now + until_midnight / (runs > 0 ? runs + 1 : 1);
        /* a limit that is hardly used puts nothing off */
        if (runs * entry->interval_ms < until_midnight && entry->due < least)
            entry->due = least;
    }
}

void roster_pace(struct roster_entry *entry, bool changed)
{
    const struct schedule_settings *const schedule = &entry->schedule;
    if (schedule->every_ms == 0)
        return;
    entry->interval_ms = changed ? entry->interval_ms / 2 : entry->interval_ms * 2;
    if (entry->interval_ms < schedule->fastest_ms)
        entry->interval_ms = schedule->fastest_ms;
    if (entry->interval_ms > schedule->every_ms)
        entry->interval_ms = schedule->every_ms;
}

static void describe_length(int64_t ms, char text[48])
{
    static const struct {
        int64_t ms;
        const char *one, *many;
    } units[] = {{86400000, "day", "days"},
                 {3600000, "hour", "hours"},
                 {60000, "minute", "minutes"},
                 {1000, "second", "seconds"}};
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof *units && ms % units[i].ms != 0)
        i++;
    const long long number = (long long)(ms / units[i].ms);
    if (number == 1)
        snprintf(text, 48, "%s", units[i].one);
    else
        snprintf(text, 48, "%lld %s", number, units[i].many);
}

void roster_describe(const struct roster_entry *entry, char text[128])
{
    const struct schedule_settings *const schedule = &entry->schedule;
    char slow[48], fast[48];
    if (schedule->off) {
        snprintf(text, 128, "not scheduled");
    } else if (!text_is_absent(schedule->cron)) {
        snprintf(text, 128, "%.60s (%.40s)", schedule->cron.bytes, schedule->timezone.bytes);
    } else {
        describe_length(schedule->every_ms, slow);
        describe_length(schedule->fastest_ms, fast);
        if (schedule->fastest_ms < schedule->every_ms)
            snprintf(text, 128, "every %s (%s while there are changes)", slow, fast);
        else
            snprintf(text, 128, "every %s", slow);
    }
}

/* What there is no memory for is found by the schedule. */
static struct pending *pending_of(struct roster_entry *entry)
{
    if (!entry->pending)
        entry->pending = calloc(1, sizeof *entry->pending);
    return entry->pending;
}

void roster_add_whole(struct roster_entry *entry)
{
    struct pending *const pending = pending_of(entry);
    if (pending)
        pending->whole = true;
}

void roster_add_deliveries(struct roster_entry *entry)
{
    struct pending *const pending = pending_of(entry);
    if (pending)
        pending->webhooks = true;
}

void roster_add_id(struct roster_entry *entry, struct text object, struct text id)
{
    char word[PENDING_ID_SIZE];
    struct pending *const pending = pending_of(entry);
    if (!pending || pending->whole)
        return;
    const int length = snprintf(word, sizeof word, "%.*s:%.*s", TEXT_PRINT(object), TEXT_PRINT(id));
    if (text_is_absent(object) || pending->id_count == PENDING_IDS || length < 0 ||
        length >= PENDING_ID_SIZE) {
        pending->whole = true;
        return;
    }
    for (size_t i = 0; i < pending->id_count; i++) {
        if (strcmp(pending->ids[i], word) == 0)
            return;
    }
    memcpy(pending->ids[pending->id_count++], word, sizeof word);
}

void roster_forget_pending(struct roster_entry *entry)
{
    free(entry->pending);
    entry->pending = NULL;
}
