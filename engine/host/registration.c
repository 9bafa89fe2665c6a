#include "host/registration.h"

#include <stdlib.h>

#include "base/terminal.h"
#include "store/schema/registry.h"

/* What one integration needs only until it is registered. Its credentials are nobody's business
 * here, and perhaps not in the environment of whoever edits or syncs another one. */
static enum error_code read_manual(struct session *session, const char *name,
                                   struct registry_integration *entry, struct error *error)
{
    struct integration_configuration *configuration = NULL;
    struct script *script = NULL;
    struct manual *manual = NULL;
    enum error_code code = integration_configuration_load_mapping(
        session->home.path, name, session->configuration, session->log, &configuration, error);
    if (code)
        return code;
    entry->enabled = configuration->enabled;
    if (!entry->enabled)
        goto out;
    const struct script_options options = {
        .home = session->home.path,
        .name = name,
        .config = configuration->script_config,
        .limits = configuration->limits,
        .log = session->log,
    };
    const struct schema_source schemas = session_schemas(session);
    if ((code = script_load(&options, &script, error)))
        goto out;
    code = manual_load(script_manifest(script), configuration, &schemas, session->arena, &manual,
                       NULL, error);
    entry->manual = manual;
out:
    script_free(script);
    integration_configuration_free(configuration);
    return code;
}

/* An edit needs no credentials of others in its environment; only a run says it aloud. */
static void tell_trouble(const struct session *session, bool aloud, const struct error *trouble)
{
    if (!aloud)
        log_write(session->log, LOG_INFO, "cli", "an integration is not registered anew: %s",
                  trouble->message);
    else if (!session->options->quiet)
        terminal_warning("an integration can't be read, so its changes are tracked by its last "
                         "mapping until this is mended: %s",
                         trouble->message);
}

enum error_code registration_refresh(struct session *session, const struct registration_own *own,
                                     struct error *error)
{
    struct text *names = NULL;
    size_t count = 0;
    enum error_code code =
        integration_configuration_names(session->home.path, session->arena, &names, &count, error);
    if (code)
        return code;
    struct registry_integration *const entries =
        ARENA_ARRAY(session->arena, count, struct registry_integration);
    if (!entries)
        return error_memory(error, "the integrations");
    for (size_t i = 0; i < count; i++) {
        struct error trouble = {.code = ERROR_NONE};
        entries[i].name = names[i];
        if (own && text_equal(own->name, names[i])) {
            entries[i].enabled = true;
            entries[i].manual = own->manual;
        } else if (read_manual(session, names[i].bytes, &entries[i], &trouble)) {
            entries[i].unread = true;
            tell_trouble(session, own != NULL, &trouble);
        }
    }
    return registry_set(session->store, entries, count, error);
}
