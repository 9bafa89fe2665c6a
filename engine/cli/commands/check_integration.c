/* Each function checks one thing and adds what it finds to the findings. */
#include "cli/commands/check_integration.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error_number.h"
#include "base/text_nearest.h"
#include "host/registration.h"
#include "script/configuration/configuration_keys.h"

/* ---- what is wrong with one ---- */

static void open_it(struct session *session, struct checked *checked)
{
    const struct integration_needs needs = {
        .disabled_too = true, .watchdog = true, .new_token = true};
    struct error trouble = {.code = ERROR_NONE};
    char sentence[ERROR_NUMBER_SENTENCE_SIZE];
    const enum error_code code =
        integration_open(session, checked->name.bytes, &needs, &checked->integration, &trouble);
    checked->open = !code;
    if (code) {
        log_redact(session->log, trouble.message);
        findings_mistake(checked->findings, "%s", error_number_sentence(&trouble, sentence));
    }
    /* Lines that a sync leaves out with a warning are mistakes here. */
    const struct manual_warnings *const warnings = &checked->integration.warnings;
    for (size_t i = 0; i < warnings->count; i++)
        findings_mistake(checked->findings, "%.*s", TEXT_PRINT(warnings->messages[i]));
}

/* Keys that the engine does not know are passed to the scripts; one that resembles a key of the
 * engine may be misspelled. */
static void check_keys(struct checked *checked)
{
    enum { MOST_KEYS = 64 };
    const char *known[MOST_KEYS];
    const size_t count = configuration_keys_names("", KEYS_INTEGRATION, known, MOST_KEYS);
    const struct integration_configuration *const configuration =
        checked->integration.configuration;
    json_t *const settings = json_loadb(configuration->script_config.bytes,
                                        configuration->script_config.length, 0, NULL);
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(settings, key, value)
    {
        const char *const nearest = text_nearest(key, known, count);
        if (nearest && strcmp(nearest, key) != 0)
            findings_warning(checked->findings,
                             "%.*s: '%s' is not a setting of the engine, so it is passed to the "
                             "scripts; did you mean '%s'?",
                             TEXT_PRINT(configuration->path), key, nearest);
    }
    json_decref(settings);
}

static bool flows(const struct manual *manual, enum direction other)
{
    for (size_t i = 0; i < manual->entry_count; i++) {
        for (size_t j = 0; j < manual->entries[i]->line_count; j++) {
            if (manual->entries[i]->lines[j].direction != other)
                return true;
        }
    }
    return false;
}

/* An integration may do one direction only, but then the mapping should say so. */
static void check_part(struct checked *checked, const char *part, enum direction other,
                       const char *what)
{
    const struct session *const session = checked->integration.session;
    char path[PATH_MAX];
    struct error trouble;
    if (!flows(checked->integration.manual, other) ||
        home_path(&session->home, path, &trouble, "lua/integrations/%.*s/%s.lua",
                  TEXT_PRINT(checked->name), part) ||
        access(path, F_OK) == 0)
        return;
    findings_warning(checked->findings,
                     "%.*s: there is no %s.lua, so nothing is %s: give all fields direction = "
                     "\"%s\", or write it",
                     TEXT_PRINT(checked->name), part, what, manual_direction_name(other));
}

static void check_settings(struct checked *checked)
{
    const struct integration *const integration = &checked->integration;
    const struct integration_configuration *const configuration = integration->configuration;
    if (!judge_has_base(&configuration->run.judge))
        findings_warning(
            checked->findings,
            "%.*s: 'judge' has no \"base\": dates alone decide, so a newer edit of one "
            "field can be lost to an older one of another",
            TEXT_PRINT(configuration->path));
    if (integration->authentication && authentication_needs_reauth(integration->authentication))
        findings_warning(checked->findings,
                         "the credentials of '%.*s' have to be renewed: run 'tandem auth %.*s'",
                         TEXT_PRINT(checked->name), TEXT_PRINT(checked->name));
    check_keys(checked);
    check_part(checked, "report_builder", DIRECTION_TO_INTEGRATION, "pulled");
    check_part(checked, "order_executioner", DIRECTION_TO_INTERNAL, "pushed");
}

/* ---- the manual against the live fields ---- */

static const struct script_field *find_field(const struct script_field *fields, size_t count,
                                             struct text name)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(fields[i].name, name))
            return &fields[i];
    }
    return NULL;
}

static const char *near_field(const struct checked *checked, const struct script_field *fields,
                              size_t count, struct text name)
{
    struct arena *const arena = checked->integration.session->arena;
    const char **const names = ARENA_ARRAY(arena, count, const char *);
    struct text wanted;
    if (!names || text_copy(arena, name, &wanted, NULL))
        return NULL;
    for (size_t i = 0; i < count; i++)
        names[i] = fields[i].name.bytes;
    return text_nearest(wanted.bytes, names, count);
}

static void check_line(struct checked *checked, const struct manual_entry *entry,
                       const struct manual_line *line, const struct script_field *fields,
                       size_t count)
{
    const struct text path = checked->integration.configuration->path;
    const struct text object = entry->integration->name;
    const struct text name = entry->integration->fields[line->integration_field].name;
    const struct script_field *const field = find_field(fields, count, name);
    if (!field) {
        const char *const nearest = near_field(checked, fields, count, name);
        findings_mistake(checked->findings, "%.*s: mapping.%.*s.%.*s: %.*s has no such field%s%s%s",
                         TEXT_PRINT(path), TEXT_PRINT(object), TEXT_PRINT(name), TEXT_PRINT(object),
                         nearest ? "; did you mean '" : "", nearest ? nearest : "",
                         nearest ? "'?" : "");
    } else if (!field->writable && line->direction != DIRECTION_TO_INTERNAL) {
        findings_warning(checked->findings,
                         "%.*s: mapping.%.*s.%.*s is %s, but the field cannot be written there: "
                         "map it with direction = \"to_internal\"",
                         TEXT_PRINT(path), TEXT_PRINT(object), TEXT_PRINT(name),
                         manual_direction_name(line->direction));
    }
}

static void check_required(struct checked *checked, const struct manual_entry *entry,
                           const struct script_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool sent = false;
        for (size_t j = 0; j < entry->line_count; j++) {
            const struct manual_line *const line = &entry->lines[j];
            sent = sent || (line->direction != DIRECTION_TO_INTERNAL &&
                            text_equal(entry->integration->fields[line->integration_field].name,
                                       fields[i].name));
        }
        if (fields[i].required && fields[i].writable && !sent && entry->create != CREATE_NEVER)
            findings_warning(
                checked->findings,
                "%.*s: mapping.%.*s lacks '%.*s', which is required there: nothing can "
                "be created",
                TEXT_PRINT(checked->integration.configuration->path),
                TEXT_PRINT(entry->integration->name), TEXT_PRINT(fields[i].name));
    }
}

/* More than a minute is reported (spec section 13.9). */
static void check_clock(struct checked *checked)
{
    enum { CLOCK_TOLD_MS = 60 * 1000 };
    const struct http_client *const http = checked->integration.http;
    const struct clock_bounds bounds =
        http ? client_clock_behind(http) : (struct clock_bounds){.known = false};
    const int64_t behind = clock_bounds_behind(&bounds, 0);
    if (!bounds.known && bounds.undated)
        findings_warning(
            checked->findings,
            "the clock of '%.*s' is not known, because its answers bear no Date: its "
            "dates are compared as it gives them, until it dates a record that we write",
            TEXT_PRINT(checked->name));
    if (behind > CLOCK_TOLD_MS || behind < -CLOCK_TOLD_MS)
        findings_warning(checked->findings,
                         "the clock of '%.*s' is %lld seconds %s ours: set the one that is wrong",
                         TEXT_PRINT(checked->name), (long long)llabs(behind) / 1000,
                         behind > 0 ? "behind" : "ahead of");
}

static void check_live(struct checked *checked)
{
    struct integration *const integration = &checked->integration;
    struct error trouble = {.code = ERROR_NONE};
    char sentence[ERROR_NUMBER_SENTENCE_SIZE];
    for (size_t i = 0; i < integration->manual->entry_count; i++) {
        const struct manual_entry *const entry = integration->manual->entries[i];
        struct script_field *fields = NULL;
        size_t count = 0;
        if (script_exchange_fields(integration->exchange, entry->integration->name, true,
                                   integration->session->arena, &fields, &count, &trouble)) {
            log_redact(integration->session->log, trouble.message);
            if (trouble.code == ERROR_SCRIPT || trouble.code == ERROR_SCRIPT_LIMIT ||
                trouble.code == ERROR_AUTHENTICATION)
                findings_mistake(checked->findings, "%s",
                                 error_number_sentence(&trouble, sentence));
            else
                findings_warning(
                    checked->findings, "the mapping was not compared with the fields of '%.*s': %s",
                    TEXT_PRINT(checked->name), error_number_sentence(&trouble, sentence));
            return;
        }
        for (size_t j = 0; count && j < entry->line_count; j++)
            check_line(checked, entry, &entry->lines[j], fields, count);
        check_required(checked, entry, fields, count);
    }
    check_clock(checked);
}

/* ---- two integrations that own one field ---- */

static bool owns(const struct manual *manual, struct text object, struct text field)
{
    for (size_t i = 0; i < manual->entry_count; i++) {
        const struct manual_entry *const entry = manual->entries[i];
        for (size_t j = 0; text_equal(entry->internal->name, object) && j < entry->line_count;
             j++) {
            if (entry->lines[j].direction == DIRECTION_TO_INTERNAL &&
                text_equal(entry->internal->fields[entry->lines[j].internal_field].name, field))
                return true;
        }
    }
    return false;
}

/* The mappings of the others are known without executing their scripts. */
static void check_owners(struct checked *checked, struct text other, const struct manual *others)
{
    const struct manual *const manual = checked->integration.manual;
    for (size_t i = 0; i < manual->entry_count; i++) {
        const struct manual_entry *const entry = manual->entries[i];
        for (size_t j = 0; j < entry->line_count; j++) {
            const struct text object = entry->internal->name;
            const struct text field = entry->internal->fields[entry->lines[j].internal_field].name;
            if (entry->lines[j].direction == DIRECTION_TO_INTERNAL && owns(others, object, field))
                findings_warning(
                    checked->findings,
                    "%.*s: %.*s.%.*s is to_internal here and in '%.*s': they overwrite "
                    "each other in every run",
                    TEXT_PRINT(checked->integration.configuration->path), TEXT_PRINT(object),
                    TEXT_PRINT(field), TEXT_PRINT(other));
        }
    }
}

/* ---- one of them ---- */

static enum error_code compare_owners(struct session *session, struct checked *checked,
                                      struct error *error)
{
    struct text *names = NULL;
    size_t count = 0;
    const enum error_code code =
        configuration_integration_names(session->home.path, session->arena, &names, &count, error);
    for (size_t i = 0; !code && i < count; i++) {
        struct registration_known known;
        struct error trouble;
        if (!text_equal(names[i], checked->name) &&
            !registration_manual(session, names[i], &known, &trouble) && known.exact &&
            known.manual)
            check_owners(checked, names[i], known.manual);
    }
    return code;
}

/* A name that is mapped may have come from the environment, like any other value of the file. */
static void hide_values(const struct checked *checked, struct finding_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct error told = {.code = ERROR_CONFIGURATION};
        (void)snprintf(told.message, sizeof told.message, "%.*s", TEXT_PRINT(list->texts[i]));
        configuration_integration_redact(checked->integration.configuration, &told);
        if (text_copy(checked->findings->arena, text_of(told.message), &list->texts[i], NULL))
            list->texts[i] = TEXT("out of memory");
    }
}

enum error_code check_integration(struct session *session, struct checked *checked, bool offline,
                                  struct error *error)
{
    open_it(session, checked);
    if (!checked->open)
        return ERROR_NONE;
    check_settings(checked);
    if (!offline)
        check_live(checked);
    const enum error_code code = checked->integration.configuration->enabled
                                     ? compare_owners(session, checked, error)
                                     : ERROR_NONE;
    hide_values(checked, &checked->findings->mistakes);
    hide_values(checked, &checked->findings->warnings);
    return code;
}
