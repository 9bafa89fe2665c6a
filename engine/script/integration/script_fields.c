/* Calls fields.lua once for each object and keeps the result. */
#include "script/integration/script_fields.h"

#include <stdlib.h>
#include <string.h>

#include "script/bindings/bindings.h"

enum { CACHE_MS = 24 * 3600 * 1000, FIELDS_MOST = 20000 };

/* ---------------------------------------------------------------- reading the answer */

struct reading {
    struct script_fields *known;
    struct script_field_list *list;
    struct script *script;
    struct text json; /* to read from, or written to */
};

static int prepare_list(lua_State *L)
{
    const struct reading *const reading = lua_touserdata(L, 1);
    script_need_function(reading->script, L, PART_FIELDS, "list");
    convert_push_text(L, reading->list->object);
    return 2;
}

static bool read_flag(lua_State *L, const char *name, bool otherwise)
{
    const int type = convert_push_member(L, -1, name);
    const bool flag =
        type == LUA_TNIL || json_marks_is_null(L, -1) ? otherwise : lua_toboolean(L, -1);
    lua_pop(L, 1);
    return flag;
}

static struct text read_string(lua_State *L, struct arena *arena, const char *name)
{
    struct text copy = TEXT_ABSENT;
    if (convert_push_member(L, -1, name) == LUA_TSTRING)
        copy = convert_keep(L, arena, convert_text_at(L, -1));
    lua_pop(L, 1);
    return copy;
}

static void read_field(lua_State *L, const struct reading *reading, int position,
                       struct script_field *field)
{
    static const char *const keys[] = {"name", "label", "type", "required", "writable", NULL};
    char where[192];
    (void)snprintf(where, sizeof where, "%s/fields.lua: field %d of '%.60s'",
                   reading->script->options.name, position, reading->list->object.bytes);
    if (!lua_istable(L, -1))
        luaL_error(L, "%s must be a table {name=, label=, type=}", where);
    sandbox_unwrap(L, -1);
    convert_check_keys(L, -1, keys, where);
    field->name = read_string(L, reading->known->arena, "name");
    if (text_is_empty(field->name))
        luaL_error(L, "%s has no 'name'", where);
    field->label = read_string(L, reading->known->arena, "label");
    if (!field->label.bytes)
        field->label = field->name;
    const struct text type = read_string(L, reading->known->arena, "type");
    field->type = value_type_of_name(type);
    if (field->type == VALUE_TYPE_UNKNOWN && !text_equal(type, TEXT("unknown")))
        luaL_error(L, "%s: '%s' has the type '%s', which does not exist", where, field->name.bytes,
                   type.bytes ? type.bytes : "nil");
    field->required = read_flag(L, "required", false);
    field->writable = read_flag(L, "writable", true);
}

static int compare_fields(const void *left, const void *right)
{
    const struct script_field *const a = left;
    const struct script_field *const b = right;
    return text_compare(a->name, b->name);
}

/* The list of fields is on top. */
static void read_list(lua_State *L, struct reading *reading)
{
    luaL_checkstack(L, 12, "fields");
    if (!lua_istable(L, -1))
        luaL_error(L, "%s/fields.lua: list('%s') must return a list of fields, not a %s",
                   reading->script->options.name, reading->list->object.bytes,
                   luaL_typename(L, -1));
    sandbox_unwrap(L, -1);
    const size_t count = lua_rawlen(L, -1);
    if (count > FIELDS_MOST)
        luaL_error(L, "%s/fields.lua: list('%s') returned too many fields",
                   reading->script->options.name, reading->list->object.bytes);
    struct script_field *const fields =
        ARENA_ARRAY(reading->known->arena, count, struct script_field);
    if (!fields)
        luaL_error(L, "not enough memory for the list of fields");
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        read_field(L, reading, (int)i + 1, &fields[i]);
        lua_pop(L, 1);
    }
    if (count > 0)
        qsort(fields, count, sizeof *fields, compare_fields);
    reading->list->fields = fields;
    reading->list->count = count;
}

static int read_result(lua_State *L)
{
    struct reading *const reading = lua_touserdata(L, 1);
    read_list(L, reading);
    json_encode_push(L, 2);
    reading->json = convert_keep(L, reading->known->arena, convert_text_at(L, -1));
    return 0;
}

static int read_json(lua_State *L)
{
    struct reading *const reading = lua_touserdata(L, 1);
    binding_json_decode(L, reading->json);
    read_list(L, reading);
    return 0;
}

/* ---------------------------------------------------------------- the three sources */

static enum error_code load_list(struct script_fields *known, struct script *script,
                                 struct script_field_list *list, bool fresh, struct error *error)
{
    static const struct sandbox_entry entry = {"fields.list", prepare_list, read_result, 1};
    struct reading reading = {.known = known, .list = list, .script = script};
    const struct script_cache *const cache = script->options.cache;
    struct text key = TEXT_ABSENT;
    /* A new version of the script may see the fields differently. */
    enum error_code code = text_format(known->arena, &key, error, "tandem.fields:%.16s:%.*s",
                                       script->version.sha256, TEXT_PRINT(list->object));
    if (!code && cache && !fresh)
        code = cache->get(cache->context, key, known->arena, &reading.json, error);
    if (code)
        return code;
    if (reading.json.bytes && !sandbox_protect(script->sandbox, read_json, &reading, NULL))
        return ERROR_NONE;
    code = sandbox_call_run(script->sandbox, &entry, &reading, error);
    list->asked = true;
    if (!code && cache)
        code = cache->set(cache->context, key, reading.json, CACHE_MS, error);
    return code;
}

enum error_code script_fields_of(struct script_fields *known, struct script *script,
                                 struct text object, bool fresh,
                                 const struct script_field_list **out, struct error *error)
{
    *out = NULL;
    struct script_field_list **link = &known->lists;
    while (*link && !text_equal((*link)->object, object))
        link = &(*link)->next;
    if (*link && !fresh) {
        *out = *link;
        return ERROR_NONE;
    }
    struct script_field_list *const list = ARENA_NEW(known->arena, struct script_field_list);
    if (!list)
        return error_memory(error, "the list of fields");
    enum error_code code = text_copy(known->arena, object, &list->object, error);
    if (!code && script->parts[PART_FIELDS] != LUA_NOREF)
        code = load_list(known, script, list, fresh, error);
    if (code)
        return code;
    list->next = *link ? (*link)->next : NULL;
    *link = list;
    *out = list;
    return ERROR_NONE;
}

const struct script_field *script_fields_find(const struct script_field_list *list,
                                              struct text field)
{
    const struct script_field wanted = {.name = field};
    return list->count == 0
               ? NULL
               : bsearch(&wanted, list->fields, list->count, sizeof *list->fields, compare_fields);
}

enum value_type script_fields_type(void *known, struct text object, struct text field)
{
    const struct script_field_list *list = ((const struct script_fields *)known)->lists;
    while (list && !text_equal(list->object, object))
        list = list->next;
    const struct script_field *const found = !list ? NULL : script_fields_find(list, field);
    return !found ? VALUE_TYPE_UNKNOWN : found->type;
}
