/* tandem fields: the fields of an integration, from its API. */
#include <stdio.h>

#include "base/text_nearest.h"
#include "cli/commands/commands.h"
#include "host/integration.h"
#include "cli/line/options.h"
#include "cli/show/output.h"
#include "host/signals.h"

static enum error_code add_rows(struct integration *integration, const struct manifest *manifest,
                                size_t object, bool fresh, struct table *table, json_t *list,
                                struct error *error)
{
    struct script_field *fields = NULL;
    size_t count = 0;
    const struct text name = manifest->objects[object].name;
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
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o, s:s, s:b, s:b}", "object", value_json_text(name),
                            "name", value_json_text(field->name), "label",
                            value_json_text(field->label), "type", value_type_name(field->type),
                            "required", (int)field->required, "writable", (int)field->writable));
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
    static const char *const headings[] = {"object", "field",    "label",
                                           "type",   "required", "writable"};
    const struct manifest *const manifest = script_exchange_manifest(integration->exchange);
    const char *const only = invocation->argument_count > 1 ? invocation->arguments[1] : NULL;
    struct table *const table = table_new(headings, sizeof headings / sizeof *headings);
    json_t *list = json_array();
    enum error_code code = table && list ? ERROR_NONE : error_memory(error, "a table");
    if (!code && only)
        code = check_object(manifest, only, invocation->arguments[0], error);
    for (size_t i = 0; !code && i < manifest->object_count; i++) {
        if (!only || text_equal(manifest->objects[i].name, text_of(only)))
            code = add_rows(integration, manifest, i, invocation_has(invocation, "fresh"), table,
                            list, error);
    }
    if (!code && invocation_has(invocation, "json")) {
        code = output_json(list, error);
        list = NULL;
    } else if (!code) {
        code = table_print(table, stdout, error);
    }
    json_decref(list);
    table_free(table);
    return code ? code : output_flush(error);
}

static enum error_code run(const struct invocation *invocation, enum exit_code *exit_code,
                           struct error *error)
{
    (void)exit_code;
    struct session session;
    struct integration integration = {.session = NULL};
    const struct integration_needs needs = {.disabled_too = true, .watchdog = true};
    enum error_code code = session_open(&invocation->session, &session, error);
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
    {.name = "json", .help = "print a JSON array"},
    {.name = NULL},
};

const struct command command_fields = {
    .name = "fields",
    .arguments = "NAME [OBJECT]",
    .summary = "the fields of an integration, from its API",
    .examples = "  tandem fields helloworld\n  tandem fields helloworld citizen --fresh",
    .options = options,
    .least_arguments = 1,
    .most_arguments = 2,
    .run = run,
};
