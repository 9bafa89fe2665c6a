/* Links, outcomes, open matters and counts. */
#include "convergence/promise_parts.h"

#include <string.h>

/* ------------------------------------------------------------------ links */

enum error_code promise_read_mappings(struct promise *promise, struct status_mapping **mappings,
                                      size_t *count, struct error *error)
{
    return status_mappings(promise->world->store, text_of(promise->party->setup->name),
                           promise->arena, mappings, count, error);
}

static const struct status_mapping *mapping_of(const struct status_mapping *mappings, size_t count,
                                               struct text object, struct text id)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(mappings[i].integration_object, object) &&
            text_equal(mappings[i].integration_id, id))
            return &mappings[i];
    }
    return NULL;
}

/* Was this told of the record? */
static bool was_told(const struct promise *promise, const char *action, struct text object,
                     struct text id)
{
    for (size_t i = 0; i < promise->told.count; i++) {
        const struct promise_change *told = &promise->told.items[i];
        if (told->receiver == SIDE_INTERNAL && strcmp(told->action, action) == 0 &&
            ((text_equal(told->from_object, object) && text_equal(told->from_id, id)) ||
             (text_equal(told->object, object) && text_equal(told->id, id))))
            return true;
    }
    return false;
}

/* The party's answer to a change has made it, or given it this name. */
static bool was_answered(const struct promise *promise, struct text object, struct text id)
{
    for (size_t i = 0; i < promise->made.count; i++) {
        const struct promise_change *made = &promise->made.items[i];
        if (text_equal(made->made_object, object) && text_equal(made->made_id, id))
            return true;
    }
    return false;
}

/* A record that was linked, or had another name before, as was told. */
void promise_check_links(struct promise *promise)
{
    struct world *world = promise->world;
    struct status_mapping *mappings = NULL;
    size_t count = 0;
    struct error error = {0};
    if (promise_read_mappings(promise, &mappings, &count, &error)) {
        world_fail(world, "mappings cannot be read: %s", error.message);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct status_mapping *now = &mappings[i];
        const struct text object = now->integration_object, id = now->integration_id;
        if (!mapping_of(promise->mappings, promise->mapping_count, object, id) &&
            !was_answered(promise, object, id) && !was_told(promise, "link", object, id) &&
            !was_told(promise, "create", object, id) && !was_told(promise, "remap", object, id))
            world_fail(world, "the link of %.*s:%.*s to %.*s:%.*s was not planned",
                       TEXT_PRINT(object), TEXT_PRINT(id), TEXT_PRINT(now->internal_object),
                       TEXT_PRINT(now->internal_id));
    }
    for (size_t i = 0; i < promise->told.count; i++) {
        const struct promise_change *told = &promise->told.items[i];
        if (strcmp(told->action, "link") == 0 &&
            !mapping_of(mappings, count, told->from_object, told->from_id))
            world_fail(world, "a link of %.*s:%.*s was planned, but not made",
                       TEXT_PRINT(told->from_object), TEXT_PRINT(told->from_id));
    }
}

/* ------------------------------------------------------------------ outcomes */

/* What is answered otherwise than the plan answers itself has another outcome. */
static bool may_differ(const struct promise *promise, const struct promise_met *met)
{
    return met->side == SIDE_INTERNAL && promise_surprised(promise, met->object, met->id);
}

static bool same_reason(const char *left, const char *right)
{
    return left && right ? strcmp(left, right) == 0 : left == right;
}

static bool take_met(struct promise_mets *mets, const struct promise_met *wanted)
{
    for (size_t i = 0; i < mets->count; i++) {
        struct promise_met *met = &mets->items[i];
        if (met->done || met->side != wanted->side || met->kind != wanted->kind ||
            !text_equal(met->object, wanted->object) || !text_equal(met->id, wanted->id) ||
            !same_reason(met->reason, wanted->reason))
            continue;
        met->done = true;
        return true;
    }
    return false;
}

static void tell_met(const struct promise *promise, const struct promise_met *met,
                     const char *trouble)
{
    world_fail(promise->world, "%s:%.*s:%.*s: the outcome %s%s%s %s",
               met->side == SIDE_INTERNAL ? "pushed" : "pulled", TEXT_PRINT(met->object),
               TEXT_PRINT(met->id), outcome_name(met->kind), met->reason ? ", " : "",
               met->reason ? met->reason : "", trouble);
}

void promise_check_outcomes(struct promise *promise)
{
    for (size_t i = 0; i < promise->met.count; i++) {
        const struct promise_met *met = &promise->met.items[i];
        if (!may_differ(promise, met) && !take_met(&promise->foretold, met))
            tell_met(promise, met, "was not planned");
    }
    for (size_t i = 0; i < promise->foretold.count; i++) {
        const struct promise_met *met = &promise->foretold.items[i];
        if (!met->done && !may_differ(promise, met))
            tell_met(promise, met, "was planned, but not met");
    }
}

/* ------------------------------------------------------------------ open matters */

/* A record that the plan only imagines has an id of its own. */
static bool is_same_record(const struct open_matter *told, const struct open_matter *is)
{
    return text_equal(told->integration_object, is->integration_object) &&
           (text_starts_with(told->integration_id, TEXT("dry-run-")) ||
            text_equal(told->integration_id, is->integration_id));
}

static bool has_matter(const struct open_matter *matters, size_t count, bool are_told,
                       const struct open_matter *wanted)
{
    for (size_t i = 0; i < count; i++) {
        const struct open_matter *matter = &matters[i];
        if (matter->reason == wanted->reason && text_equal(matter->object, wanted->object) &&
            text_equal(matter->id, wanted->id) && text_equal(matter->field, wanted->field) &&
            is_same_record(are_told ? matter : wanted, are_told ? wanted : matter))
            return true;
    }
    return false;
}

static void compare_matters(const struct promise *promise, const struct open_matter *matters,
                            size_t count, const struct open_matter *others, size_t other_count,
                            bool are_told)
{
    for (size_t i = 0; i < count; i++) {
        const struct open_matter *matter = &matters[i];
        if (promise_surprised(promise, matter->object, matter->id) ||
            has_matter(others, other_count, !are_told, matter))
            continue;
        world_fail(promise->world, "%s: %.*s of %.*s:%.*s with %.*s:%.*s %s",
                   matter_reason_name(matter->reason), TEXT_PRINT(matter->field),
                   TEXT_PRINT(matter->object), TEXT_PRINT(matter->id),
                   TEXT_PRINT(matter->integration_object), TEXT_PRINT(matter->integration_id),
                   are_told ? "was planned to be open, but is not" : "is open as no plan told");
    }
}

void promise_check_matters(struct promise *promise)
{
    struct open_matter *matters = NULL;
    size_t count = 0;
    struct error error = {0};
    const struct matter_query query = {.integration = text_of(promise->party->setup->name)};
    if (matters_list(promise->world->store, &query, promise->arena, &matters, &count, &error)) {
        world_fail(promise->world, "open matters cannot be listed: %s", error.message);
        return;
    }
    compare_matters(promise, promise->matters, promise->matter_count, matters, count, true);
    compare_matters(promise, matters, count, promise->matters, promise->matter_count, false);
}

/* ------------------------------------------------------------------ counts */

struct count {
    const char *name;
    uint64_t planned, done;
};

static void compare_counts(const struct promise *promise, const struct count *counts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (counts[i].planned != counts[i].done)
            world_fail(promise->world, "%llu %s, but %llu were planned",
                       (unsigned long long)counts[i].done, counts[i].name,
                       (unsigned long long)counts[i].planned);
    }
}

void promise_check_counts(struct promise *promise, const struct run_summary *done)
{
    const struct pull_counts *pulled = &done->pull, *foretold = &promise->summary.pull;
    const struct push_counts *pushed = &done->push, *planned = &promise->summary.push;
    const struct count pull[] = {
        {"reported", foretold->reported, pulled->reported},
        {"created here", foretold->created, pulled->created},
        {"updated here", foretold->updated, pulled->updated},
        {"unchanged here", foretold->unchanged, pulled->unchanged},
        {"skipped here", foretold->skipped, pulled->skipped},
        {"failed here", foretold->failed, pulled->failed},
        {"deferred here", foretold->deferred, pulled->deferred},
        {"deleted here", foretold->deleted, pulled->deleted},
        {"unlinked here", foretold->unlinked, pulled->unlinked},
        {"won by us", foretold->conflicts.internal, pulled->conflicts.internal},
        {"won by them", foretold->conflicts.integration, pulled->conflicts.integration},
        {"tied", foretold->conflicts.unresolved, pulled->conflicts.unresolved},
        {"overwritten here", foretold->overwritten.internal, pulled->overwritten.internal},
        {"overwritten there", foretold->overwritten.integration, pulled->overwritten.integration},
    };
    const struct count push[] = {
        {"sent", planned->reported, pushed->reported},
        {"created there", planned->created, pushed->created},
        {"updated there", planned->updated, pushed->updated},
        {"deleted there", planned->deleted, pushed->deleted},
        {"unchanged there", planned->unchanged, pushed->unchanged},
        {"skipped there", planned->skipped, pushed->skipped},
        {"deferred there", planned->deferred, pushed->deferred},
        {"failed there", planned->failed, pushed->failed},
    };
    bool surprised = false;
    for (size_t i = 0; i < promise->made.count; i++)
        surprised |= promise->made.items[i].otherwise;
    compare_counts(promise, pull, sizeof pull / sizeof *pull);
    /* The outcomes of single objects tell what the answers have changed in these. */
    if (!surprised)
        compare_counts(promise, push, sizeof push / sizeof *push);
}
