/* tandem fields: the fields of an integration, from its API. */
#include <stdio.h>

#include <string.h>

#include "base/text_nearest.h"
#include "cli/commands/commands.h"
#include "cli/commands/field_samples.h"
#include "cli/commands/mapping_suggestion.h"
#include "cli/line/options.h"
#include "cli/show/listing.h"
#include "host/signals.h"

/* What is printed: a list for programs, from which people get a table. */
struct printed {
    json_t *list;
    json_t *samples; /* as field_samples_read; NULL: not asked for, or nothing could be read */
    bool sampled, suggests;
};

/* Of a field, in the order in which they came; borrowed, NULL: none. */
static json_t *samples_of(const struct printed *printed, struct text object, struct text field)
{
    json_t *const fields = json_object_getn(printed->samples, object.bytes, object.length);
    return json_object_getn(fields, field.bytes, field.length);
}

static enum error_code add_rows(struct integration *integration,
                                const struct manifest_object *object, bool fresh,
                                const struct printed *printed, struct error *error)
{
    struct script_field *fields = NULL;
    size_t count = 0;
    const struct text name = object->name;
    const enum error_code code = script_exchange_fields(
        integration->exchange, name, fresh, integration->session->arena, &fields, &count, error);
    for (size_t i = 0; !code && i < count; i++) {
        const struct script_field *const field = &fields[i];
        json_t *const row =
            json_pack("{s:o, s:o, s:o, s:o, s:s, s:b, s:b}", "object", value_json_text(name),
                      "internal_object", value_json_text(object->internal), "name",
                      value_json_text(field->name), "label", value_json_text(field->label), "type",
                      value_type_name(field->type), "required", (int)field->required, "writable",
                      (int)field->writable);
        json_t *const samples = samples_of(printed, name, field->name);
        if (printed->sampled)
            json_object_set_new(row, "samples", samples ? json_incref(samples) : json_array());
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

/* ---- suggestions ---- */

/* Each field with the one of ours that fits it, or null. */
static enum error_code suggest(const struct integration *integration, const struct printed *printed,
                               struct error *error)
{
    const struct session *const session = integration->session;
    struct integration_configuration *configuration = NULL;
    struct mapping_suggestions suggestions = {.count = 0};
    size_t i = 0;
    json_t *row = NULL;
    enum error_code code =
        configuration_integration_load(session->home.path, integration->name.bytes,
                                       CONFIGURATION_MAPPING, NULL, NULL, &configuration, error);
    if (!code)
        code = mapping_suggestion_find(session, configuration, printed->list, &suggestions, error);
    json_array_foreach(printed->list, i, row)
    {
        const char *const object = json_string_value(json_object_get(row, "object"));
        const char *const name = json_string_value(json_object_get(row, "name"));
        struct text found = TEXT_ABSENT;
        for (size_t j = 0; !code && j < suggestions.count; j++) {
            if (strcmp(suggestions.list[j].integration_object, object) == 0 &&
                strcmp(suggestions.list[j].integration_field, name) == 0)
                found = suggestions.list[j].internal_field;
        }
        json_object_set_new(row, "suggestion", value_json_text(found));
    }
    configuration_integration_free(configuration);
    return code;
}

/* Values are a help, no more: a system that shows no records has fields all the same. */
static enum error_code read_samples(struct integration *integration,
                                    const struct invocation *invocation, struct printed *printed,
                                    struct error *error)
{
    const enum error_code code = field_samples_read(integration, &printed->samples, error);
    if (!code || code == ERROR_INTERRUPTED || invocation_has(invocation, "samples"))
        return code;
    json_decref(printed->samples);
    printed->samples = NULL;
    terminal_warning("no records could be read, so only names and types are compared: %s",
                     error->message);
    return error_forgive(error);
}

/* ---- the command ---- */

static void sample_cell(struct table *table, const json_t *row)
{
    const char *const sample =
        json_string_value(json_array_get(json_object_get(row, "samples"), 0));
    table_cell(table, text_of(sample ? sample : ""));
}

static const struct listing_member columns[] = {
    {.heading = "object", .path = "object", .otherwise = ""},
    {.heading = "field", .path = "name", .otherwise = ""},
    {.heading = "label", .path = "label", .otherwise = ""},
    {.heading = "type", .path = "type", .otherwise = ""},
    {.heading = "required", .path = "required", .otherwise = ""},
    {.heading = "writable", .path = "writable", .otherwise = ""},
    {.heading = "sample", .cell = sample_cell},
    {.heading = "fits", .path = "suggestion", .otherwise = ""},
};

static enum error_code print_fields(struct integration *integration,
                                    const struct invocation *invocation, struct error *error)
{
    const struct manifest *const manifest = script_exchange_manifest(integration->exchange);
    const char *const only = invocation->arguments[1];
    struct printed printed = {.list = json_array(),
                              .suggests = invocation_has(invocation, "suggest")};
    printed.sampled = printed.suggests || invocation_has(invocation, "samples");
    enum error_code code = printed.list ? ERROR_NONE : error_memory(error, "fields");
    if (!code && only)
        code = check_object(manifest, only, invocation->arguments[0], error);
    if (!code && printed.sampled)
        code = read_samples(integration, invocation, &printed, error);
    for (size_t i = 0; !code && i < manifest->object_count; i++) {
        if (!only || text_equal(manifest->objects[i].name, text_of(only)))
            code = add_rows(integration, &manifest->objects[i], invocation_has(invocation, "fresh"),
                            &printed, error);
    }
    if (!code && printed.suggests)
        code = suggest(integration, &printed, error);
    if (!code)
        code = invocation_has(invocation, "json")
                   ? output_json(json_incref(printed.list), error)
                   : listing_print_json(columns, 6 + printed.sampled + printed.suggests,
                                        printed.list, stdout, error);
    json_decref(printed.samples);
    json_decref(printed.list);
    return code;
}

static enum error_code run_fields(const struct invocation *invocation, struct error *error)
{
    struct session *const session = invocation->session;
    struct integration integration = {.session = NULL};
    const bool sampled =
        invocation_has(invocation, "samples") || invocation_has(invocation, "suggest");
    const struct integration_needs needs = {
        .disabled_too = true, .watchdog = true, .dry_run = sampled};
    /* Looking at records leaves no trace. */
    enum error_code code = sampled ? session_open_snapshot(&invocation->options, session, error)
                                   : session_open(&invocation->options, session, error);
    if (!code)
        code = integration_open(session, invocation->arguments[0], &needs, &integration, error);
    if (!code) {
        signals_watch(integration.http);
        code = print_fields(&integration, invocation, error);
    }
    integration_close(&integration);
    return code;
}

static const struct option options[] = {
    FLAG("fresh", "ask the API even if the fields are known"),
    FLAG("samples", "show a value of each, from the first records that are reported"),
    FLAG("suggest", "with a value of each, and the field of ours that fits by name, type and "
                    "values, where none is mapped"),
    FLAG("json", "print a JSON array"),
    {.name = NULL},
};

const struct command command_fields = {
    .name = "fields",
    .arguments = "NAME [OBJECT]",
    .summary = "the fields of an integration, from its API",
    .examples = "  tandem fields helloworld\n  tandem fields helloworld citizen --fresh\n"
                "  tandem fields helloworld citizen --suggest",
    .options = options,
    .run = run_fields,
};
