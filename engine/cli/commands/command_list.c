/* tandem list: which integrations there are. */
#include <stdio.h>

#include "base/error_number.h"
#include "host/authorization_state.h"
#include "cli/commands/commands.h"
#include "cli/line/options.h"
#include "cli/show/listing.h"
#include "host/session.h"
#include "host/script_record.h"
#include "store/inspect/status.h"

/* What is known about one integration without running it. */
struct listed {
    struct text name;
    bool configured, enabled, needs_reauth;
    struct text version, objects; /* of the last version that was loaded; absent: none was */
    struct text trouble;          /* why it does not work; absent: it works, as far as known */
    char error_code[ERROR_NUMBER_TEXT_SIZE]; /* of the trouble */
    struct text notice;                      /* further remarks; absent: none */
    struct status_run last;                  /* id 0: none */
};

/* The names of both lists, each once; both are sorted. */
static enum error_code merge_names(struct session *session, struct listed **listed, size_t *count,
                                   struct error *error)
{
    struct text *configured = NULL, *scripted = NULL;
    size_t configured_count = 0, scripted_count = 0, i = 0, j = 0;
    const char *const home = session->home.path;
    if (configuration_integration_names(home, session->arena, &configured, &configured_count,
                                        error) ||
        script_names(home, session->arena, &scripted, &scripted_count, error))
        return error->code;
    *listed = ARENA_ARRAY(session->arena, configured_count + scripted_count, struct listed);
    if (!*listed)
        return error_memory(error, "the integrations");
    for (*count = 0; i < configured_count || j < scripted_count; (*count)++) {
        const int order = i == configured_count ? 1
                          : j == scripted_count ? -1
                                                : text_compare(configured[i], scripted[j]);
        struct listed *const entry = &(*listed)[*count];
        entry->configured = order <= 0;
        entry->name = order <= 0 ? configured[i] : scripted[j];
        i += order <= 0;
        j += order >= 0;
    }
    return ERROR_NONE;
}

/* The first of them, and how many more there are. */
static enum error_code list_objects(struct session *session, const struct manifest *manifest,
                                    struct text *list, struct error *error)
{
    enum { SHOWN = 20 };
    for (size_t i = 0; i < manifest->object_count && i < SHOWN; i++) {
        if (text_format(session->arena, list, error, "%.*s%s%.*s = %.*s", TEXT_PRINT(*list),
                        i ? ", " : "", TEXT_PRINT(manifest->objects[i].name),
                        TEXT_PRINT(manifest->objects[i].internal)))
            return error->code;
    }
    return manifest->object_count > SHOWN
               ? text_format(session->arena, list, error, "%.*s and %zu more", TEXT_PRINT(*list),
                             manifest->object_count - SHOWN)
               : ERROR_NONE;
}

static enum error_code describe_script(struct session *session, struct listed *entry,
                                       struct error *error)
{
    struct script_record record;
    struct text sentence = TEXT_ABSENT;
    enum error_code code = script_record_read(session, entry->name, &record, error);
    if (!code && record.known) {
        entry->version = record.manifest.version;
        code = list_objects(session, &record.manifest, &entry->objects, error);
    }
    if (!code)
        code = script_record_describe(session, entry->name, &record, &sentence, error);
    if (record.state == SCRIPT_BROKEN) {
        entry->trouble = sentence;
        (void)error_number_text(&(struct error){.code = ERROR_SCRIPT}, entry->error_code);
    } else
        entry->notice = sentence;
    return code;
}

/* A mistake in one of them is shown in the list and does not end it. */
static enum error_code describe(struct session *session, struct listed *entry, struct error *error)
{
    struct integration_configuration *configuration = NULL;
    struct error trouble = {.code = ERROR_NONE};
    enum error_code code = ERROR_NONE;
    if (entry->configured)
        code = configuration_integration_load(session->home.path, entry->name.bytes,
                                              CONFIGURATION_WHOLE, session->configuration,
                                              session->log, &configuration, &trouble);
    else
        code = error_set(&trouble, ERROR_CONFIGURATION, "config/integrations/%.*s.lua is missing",
                         TEXT_PRINT(entry->name));
    if (configuration) {
        entry->enabled = configuration->enabled;
        entry->needs_reauth = authorization_state_needs_reauth(session, configuration);
    }
    configuration_integration_free(configuration);
    if (code == ERROR_MEMORY) {
        *error = trouble;
        return code;
    }
    if (code)
        (void)error_number_text(&trouble, entry->error_code);
    return code ? text_copy(session->arena, text_of(trouble.message), &entry->trouble, error)
                : describe_script(session, entry, error);
}

static const char *state_of(const void *item)
{
    const struct listed *const entry = item;
    if (!entry->configured)
        return "not configured";
    if (!text_is_absent(entry->trouble))
        return "broken";
    if (entry->enabled && entry->needs_reauth)
        return "needs_reauth";
    return entry->enabled ? "enabled" : "disabled";
}

static json_t *last_run_json(const void *item)
{
    const struct status_run *const last = &((const struct listed *)item)->last;
    return last->id ? json_pack("{s:I, s:o, s:o}", "run", (json_int_t)last->id, "started",
                                value_json_instant(last->started), "status",
                                value_json_text(last->status))
                    : json_null();
}

static const struct listing_column columns[] = {
    LISTING_MEMBER("name", "name", TEXT, struct listed, name),
    {.heading = "state", .key = "state", .type = LISTING_WORDS, .words = state_of},
    LISTING_MEMBER(NULL, "enabled", FLAG, struct listed, enabled),
    LISTING_MEMBER(NULL, "needs_reauth", FLAG, struct listed, needs_reauth),
    LISTING_MEMBER("version", "version", DASHED, struct listed, version),
    LISTING_MEMBER("objects", "objects", DASHED, struct listed, objects),
    {.key = "last_run", .json = last_run_json},
    LISTING_MEMBER("last run", NULL, INSTANT, struct listed, last.started),
    LISTING_MEMBER("ended", NULL, DASHED, struct listed, last.status),
    LISTING_MEMBER(NULL, "error", TEXT, struct listed, trouble),
    LISTING_MEMBER(NULL, "error_code", CHARS, struct listed, error_code),
    LISTING_MEMBER(NULL, "notice", TEXT, struct listed, notice),
};

static void print_remarks(const struct listed *listed, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct text said =
            text_is_absent(listed[i].trouble) ? listed[i].notice : listed[i].trouble;
        if (text_is_absent(said) || !listed[i].configured)
            continue;
        const bool coded = *listed[i].error_code;
        putchar('\n');
        output_line("%.*s: %.*s%s%s%s", TEXT_PRINT(listed[i].name), TEXT_PRINT(said),
                    coded ? " (" : "", listed[i].error_code, coded ? ")" : "");
    }
}

static enum error_code run_list(const struct invocation *invocation, struct session *session,
                                struct error *error)
{
    struct listed *listed = NULL;
    size_t count = 0;
    if (merge_names(session, &listed, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        if (describe(session, &listed[i], error) ||
            status_last_run(session->store, listed[i].name, session->arena, &listed[i].last, error))
            return error->code;
    }
    const struct listing listing = LISTING(columns, listed, count);
    if (invocation_has(invocation, "json"))
        return output_json(listing_json(&listing), error);
    if (listing_print(&listing, stdout, error))
        return error->code;
    print_remarks(listed, count);
    return ERROR_NONE;
}

const struct command command_list = {
    .name = "list",
    .arguments = "",
    .summary = "the integrations, and how their last runs ended",
    .examples = "  tandem list",
    .options = options_of_list,
    .in_home = run_list,
};
