/* integration.lua: an integration's manifest. */
#include "script/bindings/bindings.h"

/* The text at key of the table on top; raises if it is missing and required, or no text. */
static struct text manifest_text(lua_State *L, struct script *script, const char *key,
                                 bool required, const char *where)
{
    const char *const name = script->options.name;
    struct text text = TEXT_ABSENT;
    const int type = convert_push_member(L, -1, key);
    if (type == LUA_TSTRING && lua_rawlen(L, -1) > 0)
        text = convert_keep(L, script->arena, convert_text_at(L, -1));
    else if (type != LUA_TNIL || required)
        luaL_error(L, "%s/integration.lua: %s'%s' must be a text that is not empty", name, where,
                   key);
    lua_pop(L, 1);
    return text;
}

/* The boolean at key of the table on top; false if there is none. */
static bool manifest_flag(lua_State *L, const struct script *script, const char *key)
{
    const int type = convert_push_member(L, -1, key);
    const bool flag = lua_toboolean(L, -1);
    if (type != LUA_TNIL && type != LUA_TBOOLEAN)
        luaL_error(L, "%s/integration.lua: '%s' must be true or false", script->options.name, key);
    lua_pop(L, 1);
    return flag;
}

/* idempotent_creates = true, or { within = "1 day" }: how long the API remembers a key. */
static void read_idempotent_creates(lua_State *L, struct script *script)
{
    static const char *const keys[] = {"within", NULL};
    const char *const name = script->options.name;
    char what[192];
    instant within = 0;
    if (convert_push_member(L, -1, "idempotent_creates") != LUA_TTABLE) {
        lua_pop(L, 1);
        script->manifest.idempotent_creates = manifest_flag(L, script, "idempotent_creates");
        return;
    }
    sandbox_unwrap(L, -1);
    (void)snprintf(what, sizeof what, "%s/integration.lua: idempotent_creates", name);
    convert_check_keys(L, -1, keys, what);
    const struct text text = manifest_text(L, script, "within", true, "idempotent_creates.");
    if (!instant_parse_moment(text, 0, &within) || within <= 0)
        luaL_error(L, "%s/integration.lua: 'within' must be a time such as \"1 day\"", name);
    script->manifest.idempotent_creates = true;
    script->manifest.idempotent_for_ms = within;
    lua_pop(L, 1);
}

static void read_manifest_object(lua_State *L, struct script *script, lua_Integer position,
                                 struct manifest_object *object)
{
    static const char *const keys[] = {"name", "internal", NULL};
    char where[48];
    (void)snprintf(where, sizeof where, "objects[%d].", (int)position);
    if (!lua_istable(L, -1))
        luaL_error(L, "%s/integration.lua: objects[%d] must be a table {name=, internal=}",
                   script->options.name, (int)position);
    sandbox_unwrap(L, -1);
    char what[192];
    (void)snprintf(what, sizeof what, "%s/integration.lua: objects[%d]", script->options.name,
                   (int)position);
    convert_check_keys(L, -1, keys, what);
    object->name = manifest_text(L, script, "name", true, where);
    object->internal = manifest_text(L, script, "internal", true, where);
}

static void read_manifest_objects(lua_State *L, struct script *script)
{
    const char *const name = script->options.name;
    const int type = convert_push_member(L, -1, "objects");
    sandbox_unwrap(L, -1); /* it may come from config, which is read-only */
    const size_t count = type == LUA_TTABLE ? lua_rawlen(L, -1) : 0;
    if (count == 0)
        luaL_error(L,
                   "%s/integration.lua: 'objects' must list at least one object, as "
                   "{ { name = \"...\", internal = \"contact\" } }",
                   name);
    if (count > MANIFEST_OBJECTS_MOST)
        luaL_error(L, "%s/integration.lua: 'objects' lists %d of them, at most %d are possible",
                   name, (int)count, MANIFEST_OBJECTS_MOST);
    struct manifest_object *const objects =
        ARENA_ARRAY(script->arena, count, struct manifest_object);
    if (!objects)
        luaL_error(L, "not enough memory for the manifest");
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        read_manifest_object(L, script, (lua_Integer)i + 1, &objects[i]);
        lua_pop(L, 1);
        for (size_t before = 0; before < i; before++) {
            if (text_equal(objects[before].name, objects[i].name) &&
                text_equal(objects[before].internal, objects[i].internal))
                luaL_error(L, "%s/integration.lua: objects[%d] is the same as objects[%d]", name,
                           (int)i + 1, (int)before + 1);
        }
    }
    lua_pop(L, 1);
    script->manifest.objects = objects;
    script->manifest.object_count = count;
}

void manifest_read(lua_State *L, struct script *script)
{
    static const char *const keys[] = {"name",
                                       "display_name",
                                       "version",
                                       "api",
                                       "objects",
                                       "description",
                                       "idempotent_creates",
                                       "independent_pages",
                                       "stable_cursors",
                                       NULL};
    const char *const name = script->options.name;
    if (!lua_istable(L, -1))
        luaL_error(L, "%s/integration.lua must return a table", name);
    char what[192];
    (void)snprintf(what, sizeof what, "%s/integration.lua: the manifest", name);
    convert_check_keys(L, -1, keys, what);
    script->manifest.name = manifest_text(L, script, "name", true, "");
    if (!text_equal(script->manifest.name, text_of(name)))
        luaL_error(L, "%s/integration.lua: 'name' is '%s' but its folder is called '%s'", name,
                   script->manifest.name.bytes, name);
    script->manifest.version = manifest_text(L, script, "version", true, "");
    script->manifest.display_name = manifest_text(L, script, "display_name", false, "");
    if (!script->manifest.display_name.bytes)
        script->manifest.display_name = script->manifest.name;
    convert_push_member(L, -1, "api");
    if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) != SCRIPT_API)
        luaL_error(L, "%s/integration.lua: 'api' must be %d, the version of the script interface",
                   name, SCRIPT_API);
    lua_pop(L, 1);
    read_idempotent_creates(L, script);
    script->manifest.independent_pages = manifest_flag(L, script, "independent_pages");
    script->manifest.stable_cursors = manifest_flag(L, script, "stable_cursors");
    read_manifest_objects(L, script);
}

void manifest_check_object(lua_State *L, const struct manifest *manifest, struct text name,
                           const char *what)
{
    luaL_Buffer list;
    if (!manifest)
        return;
    for (size_t i = 0; i < manifest->object_count; i++) {
        if (text_equal(manifest->objects[i].name, name))
            return;
    }
    luaL_buffinit(L, &list);
    for (size_t i = 0; i < manifest->object_count; i++) {
        if (i > 0)
            luaL_addstring(&list, ", ");
        luaL_addlstring(&list, manifest->objects[i].name.bytes, manifest->objects[i].name.length);
    }
    luaL_pushresult(&list);
    const char *const known = lua_tostring(L, -1);
    convert_push_text(L, name);
    luaL_error(L, "%s is '%s', which the manifest does not list; it lists %s", what,
               lua_tostring(L, -1), known);
}
