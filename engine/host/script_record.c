/* The record is JSON: {"sha256", "stamp", "name", "version", "objects": [["citizen", "contact"]],
 * "trouble", "trouble_sha256", "trouble_stamp"}. */
#include "host/script_record.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "store/schema/registry.h"

enum { STAMP_SIZE = 20, SHA_SIZE = 65 };

static struct script_options options_of(const struct session *session, struct text name)
{
    return (struct script_options){.home = session->home.path, .name = name.bytes};
}

/* ---- which files there are ---- */

static enum error_code read_stamp(const struct session *session, struct text name,
                                  char stamp[STAMP_SIZE], struct error *error)
{
    const struct script_options options = options_of(session, name);
    struct script_stamp now = {0};
    const enum error_code code = script_stamp_read(&options, &now, error);
    (void)snprintf(stamp, STAMP_SIZE, "%016" PRIx64, now.hash);
    return code;
}

static bool is_member(const json_t *record, const char *key, const char *text)
{
    const char *const member = json_string_value(json_object_get(record, key));
    return member && strcmp(member, text) == 0;
}

/* Are the files those that these members describe? */
static bool is_version(const struct session *session, struct text name, const json_t *record,
                       const char *stamp_key, const char *sha_key)
{
    const struct script_options options = options_of(session, name);
    char stamp[STAMP_SIZE], sha256[SHA_SIZE];
    if (read_stamp(session, name, stamp, NULL))
        return false;
    if (is_member(record, stamp_key, stamp))
        return true;
    return !script_hash(&options, sha256, NULL) && is_member(record, sha_key, sha256);
}

/* ---- reading ---- */

static enum error_code load(struct session *session, struct text name, json_t **record,
                            struct error *error)
{
    struct text json = TEXT_ABSENT;
    const enum error_code code =
        registry_script(session->store, name, session->arena, &json, error);
    *record = code || text_is_absent(json) ? NULL : json_loadb(json.bytes, json.length, 0, NULL);
    if (!code && !*record)
        *record = json_object();
    return code || *record ? code : error_memory(error, "the record of a script");
}

static enum error_code copy_member(struct session *session, const json_t *json, struct text *text,
                                   struct error *error)
{
    const char *const value = json_string_value(json);
    *text = TEXT_ABSENT;
    return value ? text_copy(session->arena, text_of(value), text, error) : ERROR_NONE;
}

static enum error_code read_manifest(struct session *session, const json_t *record,
                                     struct manifest *manifest, struct error *error)
{
    const json_t *const list = json_object_get(record, "objects");
    const size_t count = json_array_size(list);
    struct manifest_object *const objects =
        ARENA_ARRAY(session->arena, count, struct manifest_object);
    if (!objects)
        return error_memory(error, "the record of a script");
    if (copy_member(session, json_object_get(record, "name"), &manifest->name, error) ||
        copy_member(session, json_object_get(record, "version"), &manifest->version, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        const json_t *const pair = json_array_get(list, i);
        if (copy_member(session, json_array_get(pair, 0), &objects[i].name, error) ||
            copy_member(session, json_array_get(pair, 1), &objects[i].internal, error))
            return error->code;
    }
    manifest->objects = objects;
    manifest->object_count = count;
    return ERROR_NONE;
}

enum error_code script_record_read(struct session *session, struct text name,
                                   struct script_record *record, struct error *error)
{
    json_t *json = NULL;
    enum error_code code = load(session, name, &json, error);
    *record = (struct script_record){.state = SCRIPT_NEVER_LOADED};
    if (code)
        return code;
    record->known = json_object_get(json, "sha256") != NULL;
    if (record->known)
        code = read_manifest(session, json, &record->manifest, error);
    if (!code)
        code = copy_member(session, json_object_get(json, "trouble"), &record->trouble, error);
    if (!text_is_absent(record->trouble) &&
        is_version(session, name, json, "trouble_stamp", "trouble_sha256"))
        record->state = SCRIPT_BROKEN;
    else if (record->known)
        record->state =
            is_version(session, name, json, "stamp", "sha256") ? SCRIPT_LOADED : SCRIPT_CHANGED;
    json_decref(json);
    return code;
}

/* ---- writing ---- */

static json_t *objects_of(const struct manifest *manifest)
{
    json_t *const list = json_array();
    for (size_t i = 0; i < manifest->object_count; i++) {
        const struct manifest_object *const object = &manifest->objects[i];
        json_array_append_new(list, json_pack("[s%, s%]", object->name.bytes, object->name.length,
                                              object->internal.bytes, object->internal.length));
    }
    return list;
}

/* Write it if it differs from what is there; frees it. */
static enum error_code store(struct session *session, struct text name, json_t *record,
                             struct error *error)
{
    struct text before = TEXT_ABSENT;
    char *const json = json_dumps(record, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(record);
    if (!json)
        return error_memory(error, "the record of a script");
    enum error_code code = registry_script(session->store, name, session->arena, &before, error);
    if (!code && !text_equal(before, text_of(json)))
        code = registry_set_script(session->store, name, text_of(json), error);
    free(json);
    return code;
}

enum error_code script_record_keep(struct session *session, struct text name,
                                   const struct manifest *manifest, const char *sha256,
                                   struct error *error)
{
    char stamp[STAMP_SIZE];
    if (read_stamp(session, name, stamp, error))
        return error->code;
    return store(session, name,
                 json_pack("{s:s, s:s, s:s%, s:s%, s:o}", "sha256", sha256, "stamp", stamp, "name",
                           manifest->name.bytes, manifest->name.length, "version",
                           manifest->version.bytes, manifest->version.length, "objects",
                           objects_of(manifest)),
                 error);
}

enum error_code script_record_keep_trouble(struct session *session, struct text name,
                                           const char *trouble, struct error *error)
{
    const struct script_options options = options_of(session, name);
    char stamp[STAMP_SIZE] = "", sha256[SHA_SIZE] = "";
    json_t *record = NULL;
    if (load(session, name, &record, error))
        return error->code;
    /* A folder that cannot be read has neither; it is still checked again. */
    if (read_stamp(session, name, stamp, NULL))
        stamp[0] = '\0';
    if (script_hash(&options, sha256, NULL))
        sha256[0] = '\0';
    json_object_set_new(record, "trouble", json_string(trouble));
    json_object_set_new(record, "trouble_stamp", json_string(stamp));
    json_object_set_new(record, "trouble_sha256", json_string(sha256));
    return store(session, name, record, error);
}

enum error_code script_record_describe(struct session *session, struct text name,
                                       const struct script_record *record, struct text *sentence,
                                       struct error *error)
{
    *sentence = TEXT_ABSENT;
    switch (record->state) {
    case SCRIPT_LOADED:
        return ERROR_NONE;
    case SCRIPT_BROKEN:
        return text_copy(session->arena, record->trouble, sentence, error);
    case SCRIPT_CHANGED:
        return text_format(session->arena, sentence, error,
                           "the script has changed since it was loaded; 'tandem check %.*s' "
                           "shows whether it is correct",
                           TEXT_PRINT(name));
    case SCRIPT_NEVER_LOADED:
        break;
    }
    return text_format(session->arena, sentence, error,
                       "the script has not been loaded yet; 'tandem check %.*s' does it",
                       TEXT_PRINT(name));
}
