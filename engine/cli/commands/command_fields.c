/* tandem fields: the fields of an integration, from its API. */
#include <stdio.h>

#include "base/text_nearest.h"
#include "cli/commands/commands.h"
#include "cli/commands/field_samples.h"
#include "cli/line/options.h"
#include "cli/show/output.h"
#include "host/signals.h"

/* What is printed: a table for people, a list for programs. */
struct printed {
    struct table *table;
    json_t *list;
    json_t *samples; /* as field_samples_read; NULL: not asked for */
};

/* Of a field, in the order in which they came; borrowed, NULL: none. */
static json_t *samples_of(const struct printed *printed, struct text object, struct text field)
{
    json_t *const fields = json_object_getn(printed->samples, object.bytes, object.length);
    return json_object_getn(fields, field.bytes, field.length);
}

static void add_samples(const struct printed *printed, json_t *row, json_t *samples)
{
    const char *const first = json_string_value(json_array_get(samples, 0));
    table_cell(printed->table, text_of(first ? first : ""));
    json_object_set_new(row, "samples", samples ? json_incref(samples) : json_array());
}

static enum error_code add_rows(struct integration *integration,
                                const struct manifest_object *object, bool fresh,
                                const struct printed *printed, struct error *error)
{
    struct script_field *fields = NULL;
    struct table *const table = printed->table;
    size_t count = 0;
    const struct text name = object->name;
    const enum error_code code = script_exchange_fields(
        integration->exchange, name, fresh, integration->session->arena, &fields, &count, error);
    for (size_t i = 0; !code && i < count; i++) {
        const struct script_field *const field = &fields[i];
        table_cell(table, name);
        table_cell(table, field->name);
        table_cell(table, text_is_absent(field->label) ? TEXT("") : field->label);
        table_format(table, "%s", value_type_name(field->type));
        table_format(table, "%s", field->required ? "yes" : "");
        table_format(table, "%s", field->writable ? "yes" : "");
        json_t *const row =
            json_pack("{s:o, s:o, s:o, s:o, s:s, s:b, s:b}", "object", value_json_text(name),
                      "internal_object", value_json_text(object->internal), "name",
                      value_json_text(field->name), "label", value_json_text(field->label), "type",
                      value_type_name(field->type), "required", (int)field->required, "writable",
                      (int)field->writable);
        if (printed->samples)
            add_samples(printed, row, samples_of(printed, name, field->name));
        json_array_append_new(printed->list, row);
    }
    return code;
}

static enum error_code check_object(const struct manifest *manifest, const char *object,
                                    const char *name, struct error *error)
{
    enum { MOST = 64 };
    const char *names[MOST];
    for (size_t i = 0; i < manifest->object_count; i++) {
        if (text_equal(manifest->objects[i].name, text_of(object)))
            return ERROR_NONE;
        if (i < MOST)
            names[i] = manifest->objects[i].name.bytes;
    }
    const char *const nearest =
        text_nearest(object, names, manifest->object_count < MOST ? manifest->object_count : MOST);
    return error_set(error, ERROR_USAGE, "'%s' has no object '%s'%s%s%s", name, object,
                     nearest ? "; did you mean '" : "", nearest ? nearest : "",
                     nearest ? "'?" : "");
}

static enum error_code print_fields(struct integration *integration,
                                    const struct invocation *invocation, struct error *error)
{
    static const char *const headings[] = {"object",   "field",    "label", "type",
                                           "required", "writable", "sample"};
    const struct manifest *const manifest = script_exchange_manifest(integration->exchange);
    const char *const only = invocation->argument_count > 1 ? invocation->arguments[1] : NULL;
    const bool sampled = invocation_has(invocation, "samples");
    struct printed printed = {.list = json_array()};
    printed.table = table_new(headings, sizeof headings / sizeof *headings - !sampled);
    enum error_code code =
        printed.table && printed.list ? ERROR_NONE : error_memory(error, "a table");
    if (!code && only)
        code = check_object(manifest, only, invocation->arguments[0], error);
    if (!code && sampled)
        code = field_samples_read(integration, &printed.samples, error);
    for (size_t i = 0; !code && i < manifest->object_count; i++) {
        if (!only || text_equal(manifest->objects[i].name, text_of(only)))
            code = add_rows(integration, &manifest->objects[i], invocation_has(invocation, "fresh"),
                            &printed, error);
    }
    if (!code && invocation_has(invocation, "json"))
        code = output_json(json_incref(printed.list), error);
    else if (!code)
        code = table_print(printed.table, stdout, error);
    json_decref(printed.samples);
    json_decref(printed.list);
    table_free(printed.table);
    return code ? code : output_flush(error);
}

static enum error_code run(const struct invocation *invocation, enum exit_code *exit_code,
                           struct error *error)
{
    (void)exit_code;
    struct session session;
    struct integration integration = {.session = NULL};
    const bool sampled = invocation_has(invocation, "samples");
    const struct integration_needs needs = {
        .disabled_too = true, .watchdog = true, .dry_run = sampled};
    /* Whoever looks at records leaves no trace of it. */
    enum error_code code = sampled ? session_open_snapshot(&invocation->session, &session, error)
                                   : session_open(&invocation->session, &session, error);
    if (!code)
        code = integration_open(&session, invocation->arguments[0], &needs, &integration, error);
    if (!code) {
        signals_watch(integration.http);
        code = print_fields(&integration, invocation, error);
    }
    if (code && session.log)
        log_redact(session.log, error->message);
    integration_close(&integration);
    session_close(&session);
    return code;
}

static const struct option options[] = {
    {.name = "fresh", .help = "ask the API even if the fields are known"},
    {.name = "samples", .help = "with a value of each, from the first records that it reports"},
    {.name = "json", .help = "print a JSON array"},
    {.name = NULL},
};

const struct command command_fields = {
    .name = "fields",
    .arguments = "NAME [OBJECT]",
    .summary = "the fields of an integration, from its API",
    .examples = "  tandem fields helloworld\n  tandem fields helloworld citizen --fresh\n"
                "  tandem fields helloworld citizen --samples",
    .options = options,
    .least_arguments = 1,
    .most_arguments = 2,
    .run = run,
};
