#include "sync/process.h"
#include "support/scripted_run.h"

#include <stdio.h>
#include <string.h>

struct scripted_exchange {
    struct exchange table; /* first member: recovered from its address */
    struct scripted_run *run;
};

static struct scripted_run *run_of(struct exchange *exchange)
{
    return ((struct scripted_exchange *)(void *)exchange)->run;
}

/* Append to one of the texts that tests compare. */
static void tell(char *where, size_t room, struct text words)
{
    const size_t used = strlen(where);
    snprintf(where + used, room - used, "%.*s", TEXT_PRINT(words));
}

/* ---- reports ---- */

static enum error_code report_record(const struct scripted_run *run,
                                     const struct told_record *record, struct report *report,
                                     struct error *error)
{
    struct report_object *object = NULL;
    if (report_add_object(report, run->fixture->hub, text_of(record->object), text_of(record->id),
                          record->at ? record->at : fixture_now, &object, error))
        return error->code;
    for (size_t i = 0; i < TOLD_FIELDS && record->fields[2 * i]; i++) {
        const size_t field = manual_object_field(object->object, text_of(record->fields[2 * i]));
        const char *value = record->fields[2 * i + 1];
        const struct raw_value raw = {.kind = value ? RAW_TEXT : RAW_NULL,
                                      .as.text = text_of(value)};
        assert_true(field != SIZE_MAX);
        if (report_set_field(
                report, object, field,
                &(struct report_value){&raw, VALUE_TYPE_STRING, FIELD_CHANGED, INSTANT_NONE},
                error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code report_move(const struct told_move *move, struct report *report,
                                   struct error *error)
{
    const struct text object = text_of(move->object), id = text_of(move->id);
    if (!move->new_id)
        return report_add_deleted(report, object, id, move->at ? move->at : INSTANT_NONE, error);
    if (!move->new_object)
        return report_add_merge(report, object, id, text_of(move->new_id), error);
    const struct report_remap remap = {object, id, text_of(move->new_object),
                                       text_of(move->new_id)};
    return report_remap_object(report, &remap, error);
}

static enum error_code get_report(struct exchange *exchange, const struct request *request,
                                  struct report *report, struct error *error)
{
    struct scripted_run *run = run_of(exchange);
    enum error_code code = ERROR_NONE;
    if (request->iteration > 1)
        return ERROR_NONE;
    run->asked++;
    run->asked_from = request->objects[request->object_count - 1].from;
    run->asked_to = request->objects[request->object_count - 1].to;
    for (size_t i = 0; !code && run->moves_first && i < run->move_count; i++)
        code = report_move(&run->moves[i], report, error);
    for (size_t i = 0; !code && i < run->record_count; i++) {
        if (run->when[i] != (request->selective ? TOLD_IN_WINDOW : TOLD_BY_ID))
            code = report_record(run, &run->records[i], report, error);
    }
    for (size_t i = 0; !code && !run->moves_first && i < run->move_count; i++)
        code = report_move(&run->moves[i], report, error);
    return code;
}

static struct clock_bounds clock_behind(struct exchange *exchange)
{
    return run_of(exchange)->their_clock;
}

/* ---- orders ---- */

static enum error_code note_sent(struct scripted_run *run, const struct order_change *change,
                                 struct arena *arena, struct error *error)
{
    const bool create = text_is_absent(change->object_id);
    struct text words = TEXT_ABSENT;
    enum error_code code = ERROR_NONE;
    if (create)
        code = text_format(arena, &words, error, "create %.*s from %.*s:%.*s; ",
                           TEXT_PRINT(change->object), TEXT_PRINT(change->mapped_object),
                           TEXT_PRINT(change->mapped_id));
    else
        code = text_format(arena, &words, error, "%s %.*s:%.*s; ",
                           change->deletion ? "delete" : "update", TEXT_PRINT(change->object),
                           TEXT_PRINT(change->object_id));
    if (code)
        return code;
    tell(run->sent, sizeof run->sent, words);
    if (create) {
        tell(run->keys, sizeof run->keys, change->idempotency_key);
        tell(run->keys, sizeof run->keys, TEXT(" "));
    }
    return ERROR_NONE;
}

static bool has_refused(const struct scripted_run *run, const struct order_change *change)
{
    for (size_t i = 0; run->never && i < change->field_count; i++) {
        const size_t field = change->fields[i].field;
        if (change->fields[i].due &&
            text_equal(change->entry->integration->fields[field].name, text_of(run->never)))
            return true;
    }
    return false;
}

static enum error_code answer(struct scripted_run *run, struct order *order,
                              struct order_change *change, struct error *error)
{
    struct text id = TEXT_ABSENT;
    if (run->refuses)
        return order_refuse_fields(order, change, TEXT("not valid"), NULL, 0, error);
    if (has_refused(run, change)) {
        const struct text name = text_of(run->never);
        return order_refuse_fields(order, change, TEXT("not valid"), &name, 1, error);
    }
    if (change->deletion || (run->knows_nothing && !text_is_absent(change->object_id)) ||
        (run->lost && text_equal(change->object_id, text_of(run->lost))))
        return order_delete_object(order, change, error);
    if (!text_is_absent(change->object_id))
        return order_update_last_sync_date(order, change, INSTANT_NONE, error);
    if (text_format(order->arena, &id, error, "%s%.*s", run->made_ids ? run->made_ids : "N",
                    TEXT_PRINT(change->mapped_id)))
        return error->code;
    return order_add_object_mapping(order, change, change->object, id, INSTANT_NONE, error);
}

static enum error_code execute_order(struct exchange *exchange, struct order *order,
                                     struct error *error)
{
    struct scripted_run *run = run_of(exchange);
    if (run->meanwhile)
        run->meanwhile(run->fixture);
    for (size_t i = 0; i < order->change_count; i++) {
        if (note_sent(run, order->changes[i], order->arena, error) ||
            (!run->loses_answers && !run->says_nothing &&
             answer(run, order, order->changes[i], error)))
            return error->code;
    }
    return run->loses_answers ? error_set(error, ERROR_TRANSPORT, "the connection broke")
                              : ERROR_NONE;
}

static enum error_code find(struct exchange *exchange, const struct order_change *change,
                            struct arena *arena, struct text *id, bool *supported,
                            struct error *error)
{
    const struct scripted_run *run = run_of(exchange);
    (void)change;
    *supported = run->can_find;
    *id = TEXT_ABSENT;
    return run->found ? text_copy(arena, text_of(run->found), id, error) : ERROR_NONE;
}

/* ---- the run ---- */

static void hear_note(void *context, const struct note *note)
{
    struct scripted_run *run = context;
    struct text words = TEXT_ABSENT;
    OK(run->fixture,
       text_format(run->fixture->arena, &words, &run->fixture->error, "%s %.*s:%.*s; ", note->about,
                   TEXT_PRINT(note->internal_object), TEXT_PRINT(note->internal_id)));
    tell(run->notes, sizeof run->notes, words);
}

struct scripted_run scripted_run_of(struct store_fixture *fixture)
{
    return (struct scripted_run){.fixture = fixture, .settings = run_settings_default()};
}

void scripted_run_tell(struct scripted_run *run, const struct told_record *record)
{
    scripted_run_tell_when(run, TOLD_ALWAYS, record);
}

void scripted_run_tell_when(struct scripted_run *run, enum told_when when,
                            const struct told_record *record)
{
    assert_true(run->record_count < TOLD_MOST);
    run->when[run->record_count] = when;
    run->records[run->record_count++] = *record;
}

void scripted_run_move(struct scripted_run *run, const struct told_move *move)
{
    assert_true(run->move_count < TOLD_MOST);
    run->moves[run->move_count++] = *move;
}

void scripted_run(struct scripted_run *run)
{
    struct store_fixture *fixture = run->fixture;
    const struct observer observer = {.context = run, .note = hear_note};
    struct scripted_exchange exchange = {.table = {.get_report = get_report,
                                                   .execute_order = execute_order,
                                                   .find = find,
                                                   .clock_behind = clock_behind,
                                                   .idempotent_creates = run->idempotent_creates,
                                                   .idempotent_for_ms = run->idempotent_for_ms,
                                                   .only_written_to = run->only_written_to},
                                         .run = run};
    store_fixture_run_at(fixture, run->now ? run->now : fixture_now);
    run->asked = 0;
    run->sent[0] = run->keys[0] = run->notes[0] = '\0';
    const struct run process = {.integration = TEXT("hub"),
                                .now = run->now ? run->now : fixture_now,
                                .manual = fixture->hub,
                                .settings = &run->settings,
                                .options = &run->options,
                                .exchange = &exchange.table,
                                .internal = store_run_internal(fixture->run),
                                .books = store_run_books(fixture->run),
                                .journal = store_run_journal(fixture->run),
                                .observers = &observer,
                                .observer_count = 1};
    run->settings.overlap_ms = 300000;
    run->code = process_run(&process, &run->summary, &fixture->error);
    OK(fixture, store_run_finish(fixture->run, &run->summary,
                                 run->code ? fixture->error.message : NULL, &fixture->error));
}
