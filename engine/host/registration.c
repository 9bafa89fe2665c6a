/* Writes to the registry which fields each enabled integration tracks. */
#include "host/registration.h"

#include "base/terminal.h"
#include "host/script_record.h"
#include "script/integration/manual_loader.h"
#include "store/schema/registry.h"

/* Objects that the mapping names but the last known manifest, if any, does not have: each is
 * assumed to belong to any of our objects that has the fields. Rather too much is tracked than too
 * little; the integration's own next command makes it exact. */
struct guess {
    struct session *session;
    struct manifest_object *objects;
    size_t count, capacity;
};

static bool is_known(const struct guess *guess, const struct mapping_object *mapped)
{
    for (size_t i = 0; i < guess->count; i++) {
        if (text_equal(guess->objects[i].name, mapped->integration_object) &&
            (text_is_absent(mapped->internal_object) ||
             text_equal(guess->objects[i].internal, mapped->internal_object)))
            return true;
    }
    return false;
}

static bool has_any_field(const struct object_schema *schema, const struct mapping_object *mapped)
{
    for (size_t i = 0; i < mapped->field_count; i++) {
        if (manual_schema_field(schema, mapped->fields[i].internal_field))
            return true;
    }
    return false;
}

static void add_guesses(struct guess *guess, const struct mapping_object *mapped)
{
    const struct store *const store = guess->session->store;
    for (size_t i = 0; i < store_schema_count(store); i++) {
        const struct object_schema *const schema = store_schema_at(store, i);
        const bool fits = text_is_absent(mapped->internal_object)
                              ? has_any_field(schema, mapped)
                              : text_equal(schema->name, mapped->internal_object);
        if (fits && guess->count < guess->capacity)
            guess->objects[guess->count++] =
                (struct manifest_object){mapped->integration_object, schema->name};
    }
}

/* The last manifest that was loaded, with the objects that the mapping adds. */
static enum error_code complete_manifest(struct session *session,
                                         const struct integration_configuration *configuration,
                                         struct manifest *manifest, struct error *error)
{
    const size_t most =
        manifest->object_count + configuration->object_count * store_schema_count(session->store);
    struct guess guess = {.session = session,
                          .objects = ARENA_ARRAY(session->arena, most, struct manifest_object),
                          .capacity = most};
    if (!guess.objects)
        return error_memory(error, "a manifest");
    for (size_t i = 0; i < manifest->object_count; i++)
        guess.objects[guess.count++] = manifest->objects[i];
    for (size_t i = 0; i < configuration->object_count; i++) {
        if (!is_known(&guess, &configuration->objects[i]))
            add_guesses(&guess, &configuration->objects[i]);
    }
    manifest->name = configuration->name;
    manifest->objects = guess.objects;
    manifest->object_count = guess.count;
    return ERROR_NONE;
}

enum error_code registration_manual(struct session *session, struct text name,
                                    struct registration_known *known, struct error *error)
{
    struct integration_configuration *configuration = NULL;
    struct script_record record;
    const struct schema_source schemas = session_schemas(session);
    *known = (struct registration_known){.enabled = false};
    /* Its credentials are not needed here, so the log does not learn them; and they may be missing
     * in the environment of a command that edits, or syncs another integration. */
    if (configuration_integration_load(session->home.path, name.bytes, CONFIGURATION_MAPPING,
                                       session->configuration, NULL, &configuration, error))
        return error->code;
    known->enabled = configuration->enabled;
    const bool failed =
        known->enabled && (script_record_read(session, name, &record, error) ||
                           script_record_describe(session, name, &record, &known->notice, error) ||
                           complete_manifest(session, configuration, &record.manifest, error) ||
                           manual_load(&record.manifest, configuration, &schemas, session->arena,
                                       &known->manual, NULL, error));
    known->exact = known->enabled && !failed && record.known;
    configuration_integration_free(configuration);
    return failed ? error->code : ERROR_NONE;
}

/* An edit needs no credentials of other integrations in its environment; only a run warns. */
static void tell_trouble(const struct session *session, bool aloud, const struct error *trouble)
{
    if (!aloud)
        log_write(session->log, LOG_INFO, "cli", "an integration was not registered again: %s",
                  trouble->message);
    else if (!session->options->quiet)
        terminal_warning("an integration cannot be read, so changes are tracked by its last "
                         "mapping until it is corrected: %s",
                         trouble->message);
}

/* A script that has changed since it was loaded: changes stay tracked by its last manifest. */
static void tell_notice(const struct session *session, bool aloud, struct text name,
                        struct text notice)
{
    if (text_is_absent(notice))
        return;
    if (aloud && !session->options->quiet)
        terminal_warning("'%.*s' is tracked by its last version that could be loaded: %.*s",
                         TEXT_PRINT(name), TEXT_PRINT(notice));
    else
        log_write(session->log, LOG_INFO, "cli", "'%.*s': %.*s", TEXT_PRINT(name),
                  TEXT_PRINT(notice));
}

enum error_code registration_refresh(struct session *session, const struct registration_own *own,
                                     struct error *error)
{
    struct text *names = NULL;
    size_t count = 0;
    if (configuration_integration_names(session->home.path, session->arena, &names, &count, error))
        return error->code;
    struct registry_integration *const entries =
        ARENA_ARRAY(session->arena, count, struct registry_integration);
    if (!entries)
        return error_memory(error, "the integrations");
    for (size_t i = 0; i < count; i++) {
        struct error trouble = {.code = ERROR_NONE};
        struct registration_known known;
        entries[i].name = names[i];
        if (own && text_equal(own->name, names[i])) {
            entries[i].enabled = true;
            entries[i].manual = own->manual;
        } else if (registration_manual(session, names[i], &known, &trouble)) {
            entries[i].unread = true;
            tell_trouble(session, own != NULL, &trouble);
        } else {
            entries[i].enabled = known.enabled;
            entries[i].manual = known.manual;
            tell_notice(session, own && known.exact, names[i], known.notice);
        }
    }
    return registry_set(session->store, entries, count, error);
}
