/* A page is judged as a whole against the state before it, then handed to our side. */
#include "sync/pull/pull.h"

#include <stdlib.h>

#include "sync/pull/identity.h"
#include "sync/pull/matching.h"
#include "sync/pull/merge_circle.h"
#include "sync/run/remap.h"
#include "sync/run/acknowledge.h"
#include "sync/run/known_as.h"

enum error_code pull_page_init(struct pull_page *page, struct run_context *context,
                               struct report *report, struct error *error)
{
    struct arena *arena = report->arena;
    *page = (struct pull_page){.context = context, .report = report, .batch = {.arena = arena}};
    page->item_capacity = report->object_count * (context->run->manual->entry_count + 1);
    page->items = ARENA_ARRAY(arena, page->item_capacity, struct pull_item);
    page->pending = ARENA_ARRAY(arena, page->item_capacity, bool);
    page->edited_apart = ARENA_ARRAY(arena, page->item_capacity, struct text);
    page->outcomes = ARENA_ARRAY(arena, report->object_count, struct outcome);
    page->met = ARENA_ARRAY(arena, report->object_count, bool);
    if (!page->items || !page->pending || !page->edited_apart || !page->outcomes || !page->met)
        return error_memory(error, "a page");
    if (change_pull_workspace(arena, context->run->manual, &page->workspace, error) ||
        order_new(arena, SIDE_INTERNAL, &page->order, error))
        return error->code;
    page->order->integration = context->run->integration;
    page->order->iteration = report->request->iteration;
    page->order->depth = report->request->depth;
    page->order->now = context->run->now;
    return ERROR_NONE;
}

/* One outcome per record: of several, the first in the order of enum outcome_kind (decision 71). */
void pull_page_meet(struct pull_page *page, size_t record, enum outcome_kind kind,
                    const char *reason)
{
    const struct report_object *reported = page->report->objects[record];
    struct outcome *outcome = &page->outcomes[record];
    if (page->met[record] && outcome->kind <= kind)
        return;
    page->met[record] = true;
    *outcome = (struct outcome){.side = SIDE_INTEGRATION,
                                .object = reported->name,
                                .id = reported->id,
                                .kind = kind,
                                .reason = reason};
}

/* ---- remaps and merges ---- */

enum error_code pull_page_move(struct pull_page *page, struct error *error)
{
    const struct report *report = page->report;
    struct books *books = page->context->run->books;
    bool *in_circle = NULL;
    if (merge_circle_find(report, &in_circle, error))
        return error->code;
    for (size_t i = 0; i < report->remap_count; i++) {
        if (remap_record(page->context, &page->batch, &report->remaps[i], NULL, error))
            return error->code;
    }
    for (size_t i = 0; i < report->merge_count; i++) {
        const struct report_merge *merge = &report->merges[i];
        if (in_circle[i]) {
            if (merge_circle_note(page->context, merge, report->arena, error))
                return error->code;
            continue;
        }
        const struct report_remap remap = {.old_object = merge->object,
                                           .old_id = merge->loser,
                                           .new_object = merge->object,
                                           .new_id = merge->winner};
        if (remap_record(page->context, &page->batch, &remap, NULL, error) ||
            books->forget_ambiguous(books, merge->object, merge->loser, error))
            return error->code;
    }
    return pull_deletions(page, error);
}

/* ---- judging ---- */

enum error_code pull_page_note(struct pull_page *page, const struct pull_item *item,
                               const char *about, struct text field, const char *message,
                               struct error *error)
{
    const struct note note = {.internal_object = item->entry->internal->name,
                              .internal_id = item->internal_id,
                              .integration_object = item->reported->name,
                              .integration_id = item->reported->id,
                              .about = about,
                              .field = field,
                              .message = text_of(message)};
    return run_context_note(page->context, &note, error);
}

/* Both sides have the same: the tracked change is settled at once, before a later record of this
 * page is linked to the same object. */
static enum error_code acknowledge_equal(struct pull_page *page, const struct pull_item *item,
                                         struct error *error)
{
    struct live_mappings_of_object live = {.known = false};
    for (size_t i = 0; i < item->tracked.count; i++) {
        if (item->decision.verdicts[i] == TRACKED_EQUAL &&
            acknowledge_change(page->context, page->report->arena, &item->tracked.items[i],
                               item->mapping, &live, error))
            return error->code;
    }
    return ERROR_NONE;
}

static void take_version(struct pull_item *item, const struct report_object *reported)
{
    if (!item->mapping || text_is_absent(reported->version) ||
        text_equal(item->mapping->version, reported->version))
        return;
    item->mapping->version = reported->version;
    item->has_new_version = true;
}

/* Decision 30: what a push needs to know besides fingerprints. A full one also sends what nobody
 * edited; without a base nothing else shows what they have. */
static bool is_seen_needed(const struct run_context *context)
{
    const struct run *run = context->run;
    return !run->options->no_push && (run->options->first_time || context->selective ||
                                      !judge_has_base(&run->settings->judge));
}

enum error_code pull_page_judge_item(struct pull_page *page, struct pull_item *item,
                                     const struct local_object *local_object, struct error *error)
{
    const struct pull_case pull = {.run = page->context->run,
                                   .entry = item->entry,
                                   .reported = item->reported,
                                   .internal_id = item->internal_id,
                                   .local_object = local_object,
                                   .tracked = item->tracked,
                                   .mapping = item->mapping,
                                   .track_seen = is_seen_needed(page->context)};
    struct pull_counts *counts = &page->context->summary->pull;

    item->local_object = local_object;
    take_version(item, pull.reported);
    if (change_pull_generate(page->report->arena, page->workspace, &pull, &item->decision, error))
        return error->code;
    counts->conflicts.internal += item->decision.conflicts.internal;
    counts->conflicts.integration += item->decision.conflicts.integration;
    counts->conflicts.unresolved += item->decision.conflicts.unresolved;
    counts->overwritten.internal += item->decision.overwritten.internal;
    counts->overwritten.integration += item->decision.overwritten.integration;
    if (acknowledge_equal(page, item, error))
        return error->code;
    if (!item->decision.change)
        return ERROR_NONE;
    item->decision.change->local_object = local_object;
    item->decision.change->stands_alone = item->stands_alone;
    page->mover_count += item->mapping != NULL;
    if (!local_object)
        identity_mark_telling(page, item->decision.change);
    return ERROR_NONE;
}

/* The record waits for people. */
static enum error_code keep_open(const struct pull_page *page, const struct pull_item *item,
                                 enum matter_reason reason, struct text message,
                                 struct error *error)
{
    struct books *books = page->context->run->books;
    const struct record_matter matter = {.reason = reason,
                                         .internal_object = item->entry->internal->name,
                                         .integration_object = item->reported->name,
                                         .integration_id = item->reported->id,
                                         .message = message};
    return books->keep_record_matter(books, &matter, error);
}

enum error_code pull_page_doubtful(struct pull_page *page, const struct pull_item *item,
                                   struct error *error)
{
    struct pull_item nobodys = *item; /* the object that it contradicts has a record of its own */
    struct text object = TEXT("an object here"), message = TEXT_ABSENT;
    struct arena *const arena = page->report->arena;
    nobodys.internal_id = TEXT_ABSENT;
    pull_page_meet(page, item->record, OUTCOME_SKIPPED, "doubtful");
    if ((!text_is_absent(item->internal_id) &&
         text_format(arena, &object, error, "%.*s:%.*s", TEXT_PRINT(item->entry->internal->name),
                     TEXT_PRINT(item->internal_id))) ||
        text_format(arena, &message, error,
                    "has an identifier of %.*s, which already has another record and has another "
                    "name; decide with 'tandem link'",
                    TEXT_PRINT(object)) ||
        keep_open(page, item, MATTER_DOUBTFUL, message, error))
        return error->code;
    return pull_page_note(page, &nobodys, "doubtful", TEXT_ABSENT, message.bytes, error);
}

/* A linked record, except one that refused the identifiers of its object after a merge. */
static enum error_code judge_linked(struct pull_page *page, struct pull_item *item,
                                    const struct local_object *local_object, struct error *error)
{
    bool refuses = false;
    if (pull_merged_refuses(page, item, &refuses, error))
        return error->code;
    if (refuses) {
        pull_page_meet(page, item->record, OUTCOME_SKIPPED, "doubtful");
        return pull_page_note(
            page, item, "doubtful", TEXT_ABSENT,
            "refused the identifiers of the object that it was merged into here, because another "
            "record has them: merge the two there, or 'tandem unlink' this one; until then "
            "nothing is taken from it",
            error);
    }
    page->item_count++;
    return pull_page_judge_item(page, item, local_object, error);
}

static enum error_code keep_deleted_and_edited(struct pull_page *page, const struct pull_item *item,
                                               struct error *error)
{
    struct text name = TEXT_ABSENT;
    pull_page_meet(page, item->record, OUTCOME_CONFLICT, "deleted_and_edited");
    if (known_as(page->report->arena, item->entry, item->reported, NULL, &name, error) ||
        keep_open(page, item, MATTER_DELETED_AND_EDITED, name, error))
        return error->code;
    return pull_page_note(page, item, "deleted_and_edited", TEXT_ABSENT,
                          "was deleted here, but edited there since; it is not deleted there; "
                          "'tandem resolve' deletes it there, or brings it back",
                          error);
}

/* Linked records first: what they write counts when the others are matched. */
static enum error_code judge_record(struct pull_page *page, const struct manual_entry *entry,
                                    size_t record, bool linked, struct error *error)
{
    struct pull_item *item = &page->items[page->item_count];
    struct local_object *local_object = ARENA_NEW(page->report->arena, struct local_object);
    enum matching_kind kind = MATCHING_NONE;
    const size_t place = entry->index * page->report->object_count + record;
    bool *pending = &page->pending[place];
    *item = (struct pull_item){.entry = entry,
                               .record = record,
                               .reported = page->report->objects[record],
                               .edited_apart = page->edited_apart[place]};

    if (!local_object)
        return error_memory(error, "an object");
    if (item->reported->gone && entry->on_deleted_there != DELETION_IGNORE) {
        pull_page_meet(page, record, OUTCOME_SKIPPED, "deleted");
        return ERROR_NONE;
    }
    if (!linked && !*pending)
        return ERROR_NONE;
    if (linked ? matching_find_linked(page, item, local_object, &kind, error)
               : matching_match(page, item, local_object, &kind, error))
        return error->code;
    switch (kind) {
    case MATCHING_UNLINKED:
        *pending = true;
        page->edited_apart[place] = item->edited_apart;
        return ERROR_NONE;
    case MATCHING_EDITED:
        return keep_deleted_and_edited(page, item, error);
    case MATCHING_DOUBTFUL:
        return pull_page_doubtful(page, item, error);
    case MATCHING_UNTOLD:
        pull_page_meet(page, record, OUTCOME_SKIPPED, "in_doubt");
        return ERROR_NONE;
    case MATCHING_LEFT_OUT: /* its outcome is that of the request */
        return ERROR_NONE;
    case MATCHING_DELETED:
        pull_page_meet(page, record, OUTCOME_SKIPPED, "deleted");
        return ERROR_NONE;
    case MATCHING_AMBIGUOUS:
        pull_page_meet(page, record, OUTCOME_SKIPPED, "ambiguous");
        return pull_page_note(page, item, "ambiguous", TEXT_ABSENT,
                              "matches several objects here; merge them or change an identifier, "
                              "and the next sync links it",
                              error);
    case MATCHING_NONE:
        page->item_count++;
        return pull_page_judge_item(page, item, NULL, error);
    case MATCHING_MAPPED:
        return judge_linked(page, item, local_object, error);
    case MATCHING_RESTORED:
    case MATCHING_MATCHED:
        page->item_count++;
        return pull_page_judge_item(page, item, local_object, error);
    }
    return ERROR_NONE;
}

/* Decision 15: a run that is limited to selected objects takes nothing else. */
static bool was_asked(const struct request *request, const struct report_object *reported)
{
    if (!request->selective)
        return true;
    const struct request_object *asked = request_object_of(request, reported->object);
    return asked && text_is_among(reported->id, asked->ids, asked->id_count);
}

/* Integration objects in the manual's order, then their entries, then records as reported. */
static int compare_items(const void *left, const void *right)
{
    const struct pull_item *a = left, *b = right;
    const size_t object_a = a->entry->integration->index, object_b = b->entry->integration->index;
    if (object_a != object_b)
        return object_a < object_b ? -1 : 1;
    if (a->entry != b->entry)
        return a->entry->index < b->entry->index ? -1 : 1;
    return a->record < b->record ? -1 : a->record > b->record;
}

static enum error_code make_order(struct pull_page *page, struct error *error)
{
    qsort(page->items, page->item_count, sizeof *page->items, compare_items);
    for (size_t i = 0; i < page->item_count; i++) {
        struct order_change *change = page->items[i].decision.change;
        if (change && order_add(page->order, change, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* The look-ups of linked records may be made together. */
static enum error_code expect_linked(const struct pull_page *page, const struct manual_entry *entry,
                                     struct error *error)
{
    const struct report *report = page->report;
    struct books *books = page->context->run->books;
    struct text *const ids = ARENA_ARRAY(report->arena, report->object_count, struct text);
    size_t count = 0;
    if (!ids)
        return error_memory(error, "a page");
    for (size_t record = 0; record < report->object_count; record++) {
        if (report->objects[record]->object == entry->integration)
            ids[count++] = report->objects[record]->id;
    }
    books->expect_linked(books, entry, ids, count);
    return ERROR_NONE;
}

static enum error_code judge_records(struct pull_page *page, bool linked, struct error *error)
{
    const struct manual *manual = page->context->run->manual;
    const struct report *report = page->report;
    for (size_t object = 0; object < manual->integration_count; object++) {
        for (size_t i = 0; i < manual->entry_count; i++) {
            const struct manual_entry *entry = manual->entries[i];
            if (entry->integration->index != object)
                continue;
            if (linked && expect_linked(page, entry, error))
                return error->code;
            for (size_t record = 0; record < report->object_count; record++) {
                if (report->objects[record]->object == entry->integration &&
                    was_asked(report->request, report->objects[record]) &&
                    judge_record(page, entry, record, linked, error))
                    return error->code;
            }
        }
    }
    return ERROR_NONE;
}

enum error_code pull_page_judge(struct pull_page *page, struct error *error)
{
    const struct report *report = page->report;
    for (size_t record = 0; record < report->object_count; record++) {
        if (!report->objects[record]->object)
            pull_page_meet(page, record, OUTCOME_SKIPPED, "not_mapped");
        else if (!was_asked(report->request, report->objects[record]))
            pull_page_meet(page, record, OUTCOME_SKIPPED, "not_asked");
    }
    if (judge_records(page, true, error) || judge_records(page, false, error))
        return error->code;
    return make_order(page, error);
}
