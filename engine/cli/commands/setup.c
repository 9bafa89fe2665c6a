/* setup: everything that an answer may depend on, hashed. */
#include "cli/commands/setup.h"

#include "cli/show/output.h"
#include "cli/show/summary_output.h"
#include "script/integration/script_exchange.h"

enum { SETUP_CEILING = 1 << 20 };

enum error_code setup_scripts(const struct integration *integration, struct arena *arena,
                              struct text *scripts_json, struct error *error)
{
    const struct script_version *const version = script_exchange_version(integration->exchange);
    return output_json_text(summary_output_scripts(version), arena, scripts_json, error);
}

static enum error_code add_entry(struct buffer *out, const struct manual_entry *entry,
                                 struct error *error)
{
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *line = &entry->lines[i];
        if (buffer_append_format(
                out, error, "%.*s.%.*s %s %.*s.%.*s %d %llx\n", TEXT_PRINT(entry->internal->name),
                TEXT_PRINT(entry->internal->fields[line->internal_field].name),
                manual_direction_name(line->direction), TEXT_PRINT(entry->integration->name),
                TEXT_PRINT(entry->integration->fields[line->integration_field].name),
                line->required,
                line->has_default ? (unsigned long long)value_fingerprint(&line->default_value)
                                  : 0ULL))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code add_all(struct buffer *out, const struct integration *integration,
                               struct text scripts_json, struct error *error)
{
    const struct integration_configuration *configuration = integration->configuration;
    const struct run_settings *run = &configuration->run;
    const struct manual *manual = integration->manual;
    if (buffer_append_format(out, error, "%.*s\n%.*s\n%d %d\n", TEXT_PRINT(scripts_json),
                             TEXT_PRINT(configuration->script_config), (int)run->on_tie,
                             (int)run->first_link))
        return error->code;
    for (size_t i = 0; i < run->judge.mode_count; i++) {
        if (buffer_append_format(out, error, "%s ", judge_mode_name(run->judge.modes[i])))
            return error->code;
    }
    for (size_t i = 0; i < manual->entry_count; i++) {
        if (add_entry(out, manual->entries[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code setup_describe(const struct integration *integration, struct text scripts_json,
                               struct arena *arena, struct text *setup, struct error *error)
{
    struct buffer buffer = BUFFER(SETUP_CEILING);
    enum error_code code = add_all(&buffer, integration, scripts_json, error);

    if (!code)
        code = text_format(arena, setup, error, "%016llx",
                           (unsigned long long)text_hash(buffer_text(&buffer)));
    buffer_release(&buffer);
    return code;
}
