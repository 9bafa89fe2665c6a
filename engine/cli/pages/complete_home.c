/* Reads what the home knows: its configuration, else its store as it is. */
#include "cli/pages/complete_home.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/terminal.h"
#include "script/integration/script_loader.h"
#include "store/inspect/conflicts.h"
#include "store/inspect/status.h"

void complete_home_offer(const struct completion *completion, const char *candidate,
                         const char *after, const char *says)
{
    char whole[256];
    if (snprintf(whole, sizeof whole, "%s%s", candidate, after) >= (int)sizeof whole ||
        strncmp(whole, completion->word, strlen(completion->word)) != 0)
        return;
    terminal_text(stdout, completion->before);
    terminal_text(stdout, text_of(whole));
    if (says && *says) {
        fputc('\t', stdout);
        terminal_text(stdout, text_of(says));
    }
    fputc('\n', stdout);
}

/* Those that have scripts and no configuration yet. */
static void offer_new(const struct completion *completion, const struct home *home,
                      const struct text *names, size_t count, struct arena *arena)
{
    struct text *scripted = NULL;
    struct error ignored;
    size_t scripted_count = 0;
    if (script_names(home->path, arena, &scripted, &scripted_count, &ignored))
        return;
    for (size_t i = 0; i < scripted_count; i++) {
        bool configured = false;
        for (size_t j = 0; j < count && !configured; j++)
            configured = text_equal(scripted[i], names[j]);
        if (!configured)
            complete_home_offer(completion, scripted[i].bytes, "", "not configured yet");
    }
}

void complete_home_integrations(const struct completion *completion, bool new_too)
{
    struct home home;
    struct error ignored;
    struct arena *const arena = arena_new(0);
    struct text *names = NULL;
    size_t count = 0;
    if (arena && !home_open(completion->options.home, &home, &ignored) &&
        !configuration_integration_names(home.path, arena, &names, &count, &ignored)) {
        for (size_t i = 0; i < count; i++)
            complete_home_offer(completion, names[i].bytes, "", "integration");
        if (new_too)
            offer_new(completion, &home, names, count, arena);
    }
    arena_free(arena);
}

/* The mapping, read without what only a run needs. NULL: it cannot be read. */
static struct integration_configuration *mapping_of(const struct completion *completion,
                                                    const char *integration)
{
    struct home home;
    struct error ignored;
    struct integration_configuration *configuration = NULL;
    if (home_open(completion->options.home, &home, &ignored) ||
        configuration_integration_load(home.path, integration, CONFIGURATION_MAPPING, NULL, NULL,
                                       &configuration, &ignored))
        return NULL;
    return configuration;
}

void complete_home_mapped(const struct completion *completion, const char *integration,
                          const char *after)
{
    struct integration_configuration *const found = mapping_of(completion, integration);
    for (size_t i = 0; found && i < found->object_count; i++)
        complete_home_offer(completion, found->objects[i].integration_object.bytes, after,
                            "object of theirs");
    configuration_integration_free(found);
}

void complete_home_mapped_fields(const struct completion *completion, const char *integration)
{
    struct integration_configuration *const found = mapping_of(completion, integration);
    for (size_t i = 0; found && i < found->object_count; i++) {
        const struct mapping_object *const object = &found->objects[i];
        for (size_t j = 0; j < object->field_count; j++) {
            complete_home_offer(completion, object->fields[j].internal_field.bytes, "",
                                "field of ours");
            complete_home_offer(completion, object->fields[j].integration_field.bytes, "",
                                "field of theirs");
        }
    }
    configuration_integration_free(found);
}

void complete_home_objects(const struct completion *completion, const char *after)
{
    struct session session;
    struct error ignored;
    if (!session_open_existing(&completion->options, &session, &ignored)) {
        for (size_t i = 0; i < store_schema_count(session.store); i++)
            complete_home_offer(completion, store_schema_at(session.store, i)->name.bytes, after,
                                "object of ours");
    }
    session_close(&session);
}

void complete_home_fields(const struct completion *completion, const char *object,
                          const char *after)
{
    struct session session;
    struct error ignored;
    if (!session_open_existing(&completion->options, &session, &ignored)) {
        const struct object_schema *const schema = store_schema(session.store, text_of(object));
        for (size_t i = 0; schema && i < schema->field_count; i++)
            complete_home_offer(completion, schema->fields[i].name.bytes, after,
                                schema->fields[i].label.bytes);
    }
    session_close(&session);
}

static void offer_number(const struct completion *completion, int64_t number, struct text of,
                         const char *between, struct text what)
{
    char id[32], says[256];
    (void)snprintf(id, sizeof id, "%" PRId64, number);
    (void)snprintf(says, sizeof says, "%.*s%s%.*s", TEXT_PRINT(of), between, TEXT_PRINT(what));
    complete_home_offer(completion, id, "", says);
}

void complete_home_conflicts(const struct completion *completion)
{
    struct session session;
    struct conflict *conflicts = NULL;
    struct error ignored;
    size_t count = 0;
    if (!session_open_existing(&completion->options, &session, &ignored) &&
        !conflicts_list(session.store, TEXT_ABSENT, session.arena, &conflicts, &count, &ignored)) {
        for (size_t i = 0; i < count; i++)
            offer_number(completion, conflicts[i].id, conflicts[i].object, " ", conflicts[i].field);
    }
    session_close(&session);
}

void complete_home_runs(const struct completion *completion)
{
    enum { OFFERED = 20 };
    struct session session;
    struct status_run *runs = NULL;
    struct error ignored;
    size_t count = 0;
    if (!session_open_existing(&completion->options, &session, &ignored) &&
        !status_runs(session.store, TEXT_ABSENT, OFFERED, session.arena, &runs, &count, &ignored)) {
        for (size_t i = 0; i < count; i++)
            offer_number(completion, runs[i].id, runs[i].integration, ": ", runs[i].status);
    }
    session_close(&session);
}
