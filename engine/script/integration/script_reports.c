/* script_reports: calls of report_builder.build, now or ahead. */
#include "script/integration/script_reports.h"

#include "script/bindings/bindings.h"
#include "script/integration/script_missing.h"

struct build_call {
    const struct report_source *source;
    const struct request *request;
    struct report_handle *handle;
};

static int prepare_build(lua_State *L)
{
    struct build_call *const build = lua_touserdata(L, 1);
    script_need_function(build->source->script, L, PART_REPORT_BUILDER, "build");
    binding_request_push(L, build->request);
    binding_report_push(L, &build->handle);
    build->handle->manual = build->source->manual;
    build->handle->manifest = &build->source->script->manifest;
    build->handle->type_of = script_fields_type;
    build->handle->type_context = build->source->fields;
    return 3;
}

static enum error_code new_call(const struct report_source *source, const struct request *request,
                                struct sandbox_call **call, struct report_handle **handle,
                                struct error *error)
{
    struct build_call build = {source, request, NULL};
    const enum error_code code = sandbox_call_new(source->script->sandbox, "report_builder.build",
                                                  prepare_build, &build, call, error);
    *handle = build.handle;
    return code;
}

/* The types of all objects that can be reported; nested entries into a script do not exist. */
static enum error_code learn_fields(const struct report_source *source, struct error *error)
{
    enum error_code code = ERROR_NONE;
    for (size_t i = 0; i < source->manual->integration_count && !code; i++) {
        const struct script_field_list *list = NULL;
        code = script_fields_of(source->fields, source->script,
                                source->manual->integration[i]->name, false, &list, error);
    }
    return code;
}

/* Run a build to its end with `report` bound to it; frees the call. */
static enum error_code finish_build(struct script *script, struct sandbox_call *call,
                                    struct report_handle *handle, struct report *report,
                                    bool *abandoned, struct error *error)
{
    handle->report = report;
    arena_account_begin(&handle->account, report->arena);
    enum error_code code = sandbox_call_finish(call, error);
    arena_account_end(&handle->account, script->sandbox);
    handle->report = NULL;
    handle->ended = true;
    *abandoned = handle->abandoned;
    if (handle->failure.code) {
        code = handle->failure.code;
        if (error)
            *error = handle->failure;
    }
    script_drop(script, handle);
    sandbox_call_free(call);
    return code;
}

/* ---------------------------------------------------------------- pages ahead */

/* The request as text, to compare a page that was begun with what is asked for later. */
static enum error_code request_key(const struct request *request, struct arena *arena,
                                   struct text *key, struct error *error)
{
    struct buffer buffer = BUFFER(1 << 30); /* ids and keys may be long */
    enum error_code code =
        buffer_append_format(&buffer, error, "%u %u %d %d %zu %.*s", request->iteration,
                             request->depth, request->first_time, request->selective,
                             request->option_count, TEXT_PRINT(request->cursor));
    for (size_t i = 0; i < request->object_count && !code; i++) {
        const struct request_object *const object = &request->objects[i];
        code =
            buffer_append_format(&buffer, error, "|%zu %lld %lld %zu %.*s", object->object->index,
                                 (long long)object->from, (long long)object->to,
                                 object->field_count, TEXT_PRINT(object->position));
        for (size_t id = 0; id < object->id_count && !code; id++)
            code = buffer_append_format(&buffer, error, ",%.*s", TEXT_PRINT(object->ids[id]));
    }
    if (!code)
        code = text_copy(arena, buffer_text(&buffer), key, error);
    buffer_release(&buffer);
    return code;
}

static void drop_page(struct prepared_page *page, struct script *script)
{
    if (page->call) {
        page->handle->ended = true;
        script_drop(script, page->handle);
    }
    sandbox_call_free(page->call);
    page->call = NULL;
    page->handle = NULL;
    page->key = TEXT_ABSENT;
    if (page->arena)
        arena_clear(page->arena);
}

void script_reports_drop(struct script_reports *reports, struct script *script)
{
    for (size_t i = 0; i < reports->count; i++)
        drop_page(&reports->pages[i], script);
    reports->count = 0;
}

void script_reports_release(struct script_reports *reports)
{
    for (size_t i = 0; i < PAGES_AHEAD; i++)
        arena_free(reports->pages[i].arena);
}

/* Take the first page out; the one behind it moves up. Its arena goes to the end of the queue. */
static void take_first(struct script_reports *reports)
{
    struct arena *const arena = reports->pages[0].arena;
    for (size_t i = 1; i < PAGES_AHEAD; i++)
        reports->pages[i - 1] = reports->pages[i];
    if (arena)
        arena_clear(arena);
    reports->pages[PAGES_AHEAD - 1] = (struct prepared_page){.arena = arena};
    reports->count--;
}

/* Is this the request for which the first page was begun? */
static bool is_first(const struct script_reports *reports, const struct request *request)
{
    struct text key = TEXT_ABSENT;
    return reports->count > 0 && !reports->pages[0].handle->abandoned &&
           !request_key(request, reports->pages[0].arena, &key, NULL) &&
           text_equal(key, reports->pages[0].key);
}

static void begin_page(struct script_reports *reports, const struct report_source *source,
                       const struct request *request)
{
    struct prepared_page *const page = &reports->pages[reports->count];
    bool done = false;
    if (!page->arena)
        page->arena = arena_new(0);
    else
        arena_clear(page->arena);
    if (!page->arena || request_key(request, page->arena, &page->key, NULL) ||
        new_call(source, request, &page->call, &page->handle, NULL))
        return;
    reports->count++;
    /* An error here will occur again when the page is requested. */
    if (sandbox_call_step(page->call, &done, NULL))
        page->handle->abandoned = true;
}

void script_reports_prepare(struct script_reports *reports, const struct report_source *source,
                            const struct request *request)
{
    struct script *const script = source->script;
    if (!is_first(reports, request))
        script_reports_drop(reports, script);
    if (request->depth != 0 || sandbox_killed(script->sandbox) ||
        !script_has_function(script, PART_REPORT_BUILDER, "build"))
        return;
    if (reports->count == 0)
        begin_page(reports, source, request);
    if (reports->count != 1 || !script->manifest.independent_pages ||
        !text_is_absent(request->cursor) || sandbox_killed(script->sandbox))
        return;
    struct request after = *request;
    after.iteration++;
    begin_page(reports, source, &after);
}

/* Use the page that was begun, if it is for this request. *used tells. */
static enum error_code use_first(struct script_reports *reports, struct script *script,
                                 const struct request *request, struct report *report, bool *used,
                                 struct error *error)
{
    *used = is_first(reports, request);
    if (!*used) {
        script_reports_drop(reports, script);
        return ERROR_NONE;
    }
    struct sandbox_call *const call = reports->pages[0].call;
    struct report_handle *const handle = reports->pages[0].handle;
    bool abandoned = false;
    take_first(reports);
    const enum error_code code = finish_build(script, call, handle, report, &abandoned, error);
    *used = !abandoned;
    return abandoned ? ERROR_NONE : code;
}

enum error_code script_reports_get(struct script_reports *reports,
                                   const struct report_source *source,
                                   const struct request *request, struct report *report,
                                   struct error *error)
{
    struct sandbox_call *call = NULL;
    struct report_handle *handle = NULL;
    bool used = false, abandoned = false;
    if (!script_has_function(source->script, PART_REPORT_BUILDER, "build")) {
        script_reports_drop(reports, source->script);
        return ERROR_NONE; /* an integration that is only written to */
    }
    enum error_code code = learn_fields(source, error);
    if (!code)
        code = use_first(reports, source->script, request, report, &used, error);
    if (!code && !used)
        code = new_call(source, request, &call, &handle, error);
    if (!code && !used)
        code = finish_build(source->script, call, handle, report, &abandoned, error);
    return code ? code : script_missing_look(source, request, report, error);
}
