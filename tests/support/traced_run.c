#include "sync/process.h"
#include "support/traced_run.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "store/schema/store_layout.h"
#include "support/raw_sqlite.h"

/* ---- the integration ---- */

struct made_exchange {
    struct exchange table; /* first member: recovered from its address */
    struct traced_run *run;
};

static enum error_code add_contact(const struct traced_run *run, size_t number,
                                   struct report *report, struct error *error)
{
    static const char *const names[] = {"Email", "FirstName", "LastName"};
    struct report_object *object = NULL;
    char id[32], text[96];

    snprintf(id, sizeof id, "C%zu", number);
    if (report_add_object(report, run->fixture->hub, TEXT("Contact"), text_of(id), run->changed_at,
                          &object, error))
        return error->code;
    for (size_t i = run->keyless; i < 3; i++) {
        const size_t field = manual_object_field(object->object, text_of(names[i]));
        if (i == 0)
            snprintf(text, sizeof text, "c%zu@x.test", number);
        else
            snprintf(text, sizeof text, "%s%zu-%s", names[i], number, run->version);
        const struct raw_value raw = {.kind = RAW_TEXT, .as.text = text_of(text)};
        if (report_set_field(
                report, object, field,
                &(struct report_value){&raw, VALUE_TYPE_STRING, FIELD_CHANGED, INSTANT_NONE},
                error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code get_report(struct exchange *exchange, const struct request *request,
                                  struct report *report, struct error *error)
{
    const struct traced_run *run = ((struct made_exchange *)exchange)->run;
    const size_t begin = (request->iteration - 1) * run->page;
    enum error_code code = ERROR_NONE;

    for (size_t i = begin; !code && i < begin + run->page && i < run->count; i++)
        code = add_contact(run, run->first + i, report, error);
    return code;
}

static enum error_code execute_order(struct exchange *exchange, struct order *order,
                                     struct error *error)
{
    enum error_code code = ERROR_NONE;

    (void)exchange;
    for (size_t i = 0; !code && i < order->change_count; i++) {
        struct order_change *change = order->changes[i];
        struct text id = TEXT_ABSENT;
        if (!text_is_absent(change->object_id)) {
            code = order_update_last_sync_date(order, change, INSTANT_NONE, error);
            continue;
        }
        code = text_format(order->arena, &id, error, "N%.*s", TEXT_PRINT(change->mapped_id));
        if (!code)
            code = order_add_object_mapping(order, change, change->object, id, INSTANT_NONE, error);
    }
    return code;
}

/* ---- the ear ---- */

static int heard(unsigned kind, void *context, void *statement, void *text)
{
    struct traced_run *run = context;
    struct arena *arena = run->fixture->arena;
    const char *sql = sqlite3_sql(statement);

    (void)kind;
    if (!sql || strncmp(text, "--", 2) == 0) /* a statement inside a trigger */
        return 0;
    run->total++;
    for (size_t i = 0; i < run->statement_count; i++) {
        if (text_equal(run->statements[i].sql, text_of(sql))) {
            run->statements[i].times++;
            return 0;
        }
    }
    if (run->statement_count == run->statement_capacity) {
        const size_t capacity = run->statement_capacity ? run->statement_capacity * 2 : 64;
        struct traced_statement *grown = ARENA_ARRAY(arena, capacity, struct traced_statement);
        if (run->statement_count)
            memcpy(grown, run->statements, run->statement_count * sizeof *grown);
        run->statements = grown;
        run->statement_capacity = capacity;
    }
    struct traced_statement *added = &run->statements[run->statement_count++];
    added->times = 1;
    OK(run->fixture, text_copy(arena, text_of(sql), &added->sql, &run->fixture->error));
    return 0;
}

/* ---- the run ---- */

void traced_run(struct traced_run *run)
{
    struct store_fixture *fixture = run->fixture;
    struct made_exchange exchange = {
        .table = {.get_report = get_report, .execute_order = execute_order}, .run = run};
    struct run_settings settings = run_settings_default();
    const struct run_options options = {
        .no_pull = !run->pull, .no_push = !run->push, .first_time = run->first_time};

    store_fixture_run(fixture);
    settings.page_full = settings.page_partial = (unsigned)run->page;
    const struct run process = {.integration = TEXT("hub"),
                                .now = fixture_now,
                                .manual = fixture->hub,
                                .settings = &settings,
                                .options = &options,
                                .exchange = &exchange.table,
                                .internal = store_run_internal(fixture->run),
                                .books = store_run_books(fixture->run),
                                .journal = store_run_journal(fixture->run)};
    sqlite3_trace_v2(raw_sqlite(fixture->store), SQLITE_TRACE_STMT, heard, run);
    OK(fixture, process_run(&process, &run->summary, &fixture->error));
    sqlite3_trace_v2(raw_sqlite(fixture->store), 0, NULL, NULL);
}

uint64_t traced_run_times(const struct traced_run *run, struct text sql)
{
    for (size_t i = 0; i < run->statement_count; i++)
        if (text_equal(run->statements[i].sql, sql))
            return run->statements[i].times;
    return 0;
}
