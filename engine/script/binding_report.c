/* `report` and `request`, as report_builder.build gets them. */
#include <string.h>

#include "script/script_private.h"

static const char *const REPORT_TYPE = "report";

/* ---------------------------------------------------------------- the handle */

static struct report_handle *handle_at(lua_State *L)
{
    struct report_handle *const handle = luaL_checkudata(L, 1, REPORT_TYPE);
    if (handle->ended)
        luaL_error(L, "this report belongs to a call that has ended");
    return handle;
}

static bool is_bound(void *context)
{
    const struct report_handle *const handle = context;
    return handle->report != NULL || handle->ended;
}

static enum error_code cannot_block(void *context, struct error *error)
{
    (void)context;
    return error_set(error, ERROR_INTERNAL, "a report was waited for that nobody asked for");
}

/* Run `method` now, or when the engine asks for the report that is being prepared. */
static int when_bound(lua_State *L, int (*method)(lua_State *L))
{
    struct report_handle *const handle = handle_at(L);
    if (handle->report != NULL)
        return method(L);
    if (!lua_isyieldable(L)) {
        handle->abandoned = true;
        return luaL_error(L, "the report cannot be filled in here yet");
    }
    return sandbox_yield(L, &handle->wait, method);
}

/* An error of the engine's own: it ends the call even if the script catches it. */
static void check_report(lua_State *L, struct report_handle *handle, enum error_code code,
                         const struct error *error)
{
    if (code == ERROR_MEMORY && handle->failure.code == ERROR_NONE)
        handle->failure = *error;
    raise_if(L, code, error);
}

/* ---------------------------------------------------------------- add_object */

static const char *const object_keys[] = {"object",           "id",    "changed_at", "fields",
                                          "field_changed_at", "types", "states",     NULL};

/* Push field `name` of the table at `index` (raw, behind proxies). */
static int push_raw_field(lua_State *L, int index, const char *name)
{
    index = lua_absindex(L, index);
    lua_pushstring(L, name);
    return lua_rawget(L, index);
}

/* An optional table in the argument; leaves it (or nil) on the stack. */
static void push_table_field(lua_State *L, const char *name)
{
    const int type = push_raw_field(L, 2, name);
    if (type == LUA_TTABLE) {
        sandbox_push_real(L, -1);
        lua_remove(L, -2);
    } else if (is_json_null(L, -1)) {
        lua_pop(L, 1);
        lua_pushnil(L);
    } else if (type != LUA_TNIL) {
        luaL_error(L, "'%s' in add_object must be a table, not a %s", name, luaL_typename(L, -1));
    }
}

static enum field_state read_state(lua_State *L, const char *field)
{
    const char *const state = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    if (strcmp(state, "changed") == 0)
        return FIELD_CHANGED;
    if (strcmp(state, "required") == 0)
        return FIELD_REQUIRED;
    if (strcmp(state, "unchanged") == 0)
        return FIELD_UNCHANGED;
    luaL_error(L, "the state of '%s' must be 'changed', 'required' or 'unchanged'", field);
    return FIELD_ABSENT;
}

/* Stack positions of add_object's tables. */
enum { AT_OBJECT = 3, AT_ID, AT_FIELDS, AT_TIMES, AT_TYPES, AT_STATES };

enum { PLACE_SIZE = 192 };

struct field_input {
    struct report_handle *handle;
    struct text object, name;
};

/* "field 'email' of 'citizen' 12": for messages, made only when there is one to give. */
static const char *describe(lua_State *L, const struct field_input *input, char place[PLACE_SIZE])
{
    (void)snprintf(place, PLACE_SIZE, "field '%.40s' of '%.40s' %.40s", input->name.bytes,
                   lua_tostring(L, AT_OBJECT), lua_tostring(L, AT_ID));
    return place;
}

static enum value_type type_of_field(lua_State *L, const struct field_input *input)
{
    if (lua_istable(L, AT_TYPES)) {
        push_text(L, input->name);
        if (lua_rawget(L, AT_TYPES) == LUA_TSTRING) {
            const enum value_type type = value_type_of_name(text_at(L, -1));
            char place[PLACE_SIZE];
            if (type == VALUE_TYPE_UNKNOWN)
                luaL_error(L, "'%s' is not a type (%s)", lua_tostring(L, -1),
                           describe(L, input, place));
            lua_pop(L, 1);
            return type;
        }
        lua_pop(L, 1);
    }
    return input->handle->type_of == NULL
               ? VALUE_TYPE_UNKNOWN
               : input->handle->type_of(input->handle->type_context, input->object, input->name);
}

/* Replace the value on top by value_normalizer.to_internal(value, field), if there is one. */
static void normalize_on_top(lua_State *L, const struct field_input *input, enum value_type type)
{
    if (!script_push_function(script_of(L), L, PART_VALUE_NORMALIZER, "to_internal"))
        return;
    lua_insert(L, -2);
    lua_createtable(L, 0, 3);
    push_text(L, input->name);
    lua_setfield(L, -2, "name");
    push_text(L, input->object);
    lua_setfield(L, -2, "object");
    lua_pushstring(L, value_type_name(type));
    lua_setfield(L, -2, "type");
    lua_call(L, 2, 1);
}

static instant time_of_field(lua_State *L, const struct field_input *input)
{
    if (!lua_istable(L, AT_TIMES))
        return INSTANT_NONE;
    push_text(L, input->name);
    lua_rawget(L, AT_TIMES);
    instant at = INSTANT_NONE;
    if (!read_plain_instant(L, -1, &at)) {
        char place[PLACE_SIZE], what[PLACE_SIZE + 32];
        (void)snprintf(what, sizeof what, "the change time of %s", describe(L, input, place));
        at = read_instant(L, -1, what);
    }
    lua_pop(L, 1);
    return at;
}

static enum field_state state_of_field(lua_State *L, const struct field_input *input)
{
    if (!lua_istable(L, AT_STATES))
        return FIELD_CHANGED;
    push_text(L, input->name);
    const int type = lua_rawget(L, AT_STATES);
    const enum field_state state =
        type == LUA_TNIL ? FIELD_CHANGED : read_state(L, input->name.bytes);
    lua_pop(L, 1);
    return state;
}

/* The value on top; its texts may be borrowed from the stack. */
static struct raw_value read_value(lua_State *L, const struct field_input *input)
{
    struct raw_value raw = {.kind = RAW_NULL};
    char place[PLACE_SIZE];
    if (read_plain(L, -1, &raw))
        return raw;
    return read_raw(L, -1, input->handle->report->arena, describe(L, input, place));
}

/* Stack: ..., name, value. */
static void set_field(lua_State *L, struct report_handle *handle, struct report_object *object)
{
    if (lua_type(L, -2) != LUA_TSTRING)
        luaL_error(L, "the fields of '%s' must be named by texts, not by a %s",
                   lua_tostring(L, AT_OBJECT), luaL_typename(L, -2));
    struct field_input input = {.handle = handle, .object = object->name};
    input.name = text_at(L, -2);
    const size_t index = manual_object_field(object->object, input.name);
    const struct request_object *const asked =
        index == SIZE_MAX ? NULL : request_object_of(handle->report->request, object->object);
    if (asked == NULL || !asked->requested[index])
        return;
    const enum value_type type = type_of_field(L, &input);
    const int top = lua_gettop(L);
    lua_pushvalue(L, -1);
    normalize_on_top(L, &input, type);
    if (!lua_isnil(L, -1)) {
        struct error error;
        const struct raw_value raw = read_value(L, &input);
        check_report(L, handle,
                     report_set_field(handle->report, object, index, &raw, type,
                                      state_of_field(L, &input), time_of_field(L, &input), &error),
                     &error);
    }
    lua_settop(L, top);
}

static struct text id_of_object(lua_State *L)
{
    char what[PLACE_SIZE];
    if (lua_type(L, AT_ID) == LUA_TSTRING && lua_rawlen(L, AT_ID) > 0)
        return text_at(L, AT_ID);
    (void)snprintf(what, sizeof what, "the id of a '%.80s'", lua_tostring(L, AT_OBJECT));
    return read_id(L, AT_ID, what);
}

/* The instant on top. */
static instant time_of_object(lua_State *L)
{
    instant at = INSTANT_NONE;
    char what[PLACE_SIZE];
    if (read_plain_instant(L, -1, &at))
        return at;
    (void)snprintf(what, sizeof what, "'changed_at' of '%.60s' %.60s", lua_tostring(L, AT_OBJECT),
                   lua_tostring(L, AT_ID));
    return read_instant(L, -1, what);
}

static int add_object(lua_State *L)
{
    struct report_handle *const handle = handle_at(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    sandbox_push_real(L, 2);
    lua_replace(L, 2);
    check_keys(L, 2, object_keys, "add_object");
    if (push_raw_field(L, 2, "object") != LUA_TSTRING)
        return luaL_error(L, "'object' in add_object must be the object's name");
    push_raw_field(L, 2, "id");
    const struct text id = id_of_object(L);
    push_table_field(L, "fields");
    push_table_field(L, "field_changed_at");
    push_table_field(L, "types");
    push_table_field(L, "states");
    push_raw_field(L, 2, "changed_at");
    const instant changed_at = time_of_object(L);
    lua_pop(L, 1);
    struct error error;
    struct report_object *object = NULL;
    check_report(L, handle,
                 report_add_object(handle->report, handle->manual, text_at(L, AT_OBJECT), id,
                                   changed_at, &object, &error),
                 &error);
    if (object->object == NULL || !lua_istable(L, AT_FIELDS))
        return 0;
    lua_pushnil(L);
    while (lua_next(L, AT_FIELDS) != 0) {
        set_field(L, handle, object);
        lua_pop(L, 1);
    }
    return 0;
}

/* ---------------------------------------------------------------- the other methods */

static struct text check_name(lua_State *L, int index, const char *what)
{
    if (lua_type(L, index) != LUA_TSTRING || lua_rawlen(L, index) == 0)
        luaL_error(L, "%s must be the name of an object", what);
    return text_at(L, index);
}

static int add_deleted(lua_State *L)
{
    struct report_handle *const handle = handle_at(L);
    struct error error;
    const struct text object = check_name(L, 2, "the first argument of add_deleted");
    const struct text id = read_id(L, 3, "the id given to add_deleted");
    check_report(L, handle, report_add_deleted(handle->report, object, id, &error), &error);
    return 0;
}

static int merge(lua_State *L)
{
    struct report_handle *const handle = handle_at(L);
    struct error error;
    const struct text object = check_name(L, 2, "the first argument of merge");
    const struct text loser = read_id(L, 3, "the loser's id given to merge");
    const struct text winner = read_id(L, 4, "the winner's id given to merge");
    check_report(L, handle, report_add_merge(handle->report, object, loser, winner, &error),
                 &error);
    return 0;
}

static int remap_object(lua_State *L)
{
    struct report_handle *const handle = handle_at(L);
    struct error error;
    struct report_remap remap = {.old_object = check_name(L, 2, "the old object of remap_object"),
                                 .old_id = read_id(L, 3, "the old id given to remap_object"),
                                 .new_object = check_name(L, 4, "the new object of remap_object")};
    lua_settop(L, 5);
    remap.new_id =
        lua_isnil(L, 5) ? TEXT_ABSENT : read_id(L, 5, "the new id given to remap_object");
    check_report(L, handle, report_remap_object(handle->report, &remap, &error), &error);
    return 0;
}

static int add_relation(lua_State *L)
{
    static const char *const keys[] = {"object", "id", "field", "to_object", "to_id", NULL};
    struct report_handle *const handle = handle_at(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    sandbox_push_real(L, 2);
    lua_replace(L, 2);
    check_keys(L, 2, keys, "add_relation");
    for (size_t i = 0; keys[i] != NULL; i++)
        push_raw_field(L, 2, keys[i]);
    struct error error;
    const struct report_relation relation = {
        .object = check_name(L, 3, "'object' in add_relation"),
        .id = read_id(L, 4, "'id' in add_relation"),
        .field = check_name(L, 5, "'field' in add_relation"),
        .to_object = check_name(L, 6, "'to_object' in add_relation"),
        .to_id = read_id(L, 7, "'to_id' in add_relation"),
    };
    check_report(L, handle, report_add_relation(handle->report, &relation, &error), &error);
    return 0;
}

/* Cursors that are no texts are kept as JSON behind a byte that no text of an API begins with. */
enum { CURSOR_JSON = '\x01' };

static int set_cursor(lua_State *L)
{
    struct report_handle *const handle = handle_at(L);
    lua_settop(L, 2);
    if (lua_isnil(L, 2) || is_json_null(L, 2))
        return 0;
    if (lua_type(L, 2) != LUA_TSTRING || lua_tostring(L, 2)[0] == CURSOR_JSON) {
        push_json_encoded(L, 2);
        lua_pushfstring(L, "%c%s", CURSOR_JSON, lua_tostring(L, -1));
    }
    struct error error;
    check_report(L, handle, report_set_cursor(handle->report, text_at(L, -1), &error), &error);
    return 0;
}

static int set_position(lua_State *L)
{
    struct report_handle *const handle = handle_at(L);
    struct error error;
    const struct text object = check_name(L, 2, "the first argument of set_position");
    const struct text token = read_id(L, 3, "the position given to set_position");
    check_report(L, handle,
                 report_set_position(handle->report, handle->manual, object, token, &error),
                 &error);
    return 0;
}

/* What an API says when it does not know (nothing, null, -1) is as good as not said. */
static int set_total(lua_State *L)
{
    struct report_handle *const handle = handle_at(L);
    struct error error;
    const struct text object = check_name(L, 2, "the first argument of set_total");
    int is_whole = 0;
    lua_settop(L, 3);
    if (lua_isnil(L, 3) || is_json_null(L, 3))
        return 0;
    const lua_Integer count = lua_tointegerx(L, 3, &is_whole);
    if (!is_whole)
        return luaL_error(L, "the total of '%s' must be a whole number, not %s", lua_tostring(L, 2),
                          luaL_tolstring(L, 3, NULL));
    if (count >= 0)
        check_report(
            L, handle,
            report_set_total(handle->report, handle->manual, object, (uint64_t)count, &error),
            &error);
    return 0;
}

#define METHOD(name)                                                                               \
    static int name##_when_bound(lua_State *L)                                                     \
    {                                                                                              \
        return when_bound(L, name);                                                                \
    }
METHOD(add_object)
METHOD(add_deleted)
METHOD(merge)
METHOD(remap_object)
METHOD(add_relation)
METHOD(set_cursor)
METHOD(set_position)
METHOD(set_total)
#undef METHOD

/* ---------------------------------------------------------------- the request */

static void push_field_names(lua_State *L, const struct manual_object *object, const size_t *fields,
                             size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_text(L, object->fields[fields[i]].name);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    mark_json_array(L, -1);
    sandbox_read_only(L);
}

static void push_texts(lua_State *L, const struct text *texts, size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_text(L, texts[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    mark_json_array(L, -1);
    sandbox_read_only(L);
}

static void push_request_object(lua_State *L, const struct request_object *asked)
{
    lua_createtable(L, 0, 7);
    push_text(L, asked->object->name);
    lua_setfield(L, -2, "name");
    push_instant(L, asked->from);
    lua_setfield(L, -2, "from");
    push_instant(L, asked->to);
    lua_setfield(L, -2, "to");
    push_text(L, asked->position);
    lua_setfield(L, -2, "position");
    push_field_names(L, asked->object, asked->fields, asked->field_count);
    lua_setfield(L, -2, "fields");
    push_field_names(L, asked->object, asked->required_fields, asked->required_count);
    lua_setfield(L, -2, "required_fields");
    if (asked->ids != NULL) {
        push_texts(L, asked->ids, asked->id_count);
        lua_setfield(L, -2, "ids");
    }
    sandbox_read_only(L);
}

/* object_ids: object name -> ids, nil if the request is not limited to ids. */
static void push_object_ids(lua_State *L, const struct request *request)
{
    if (!request->named) {
        lua_pushnil(L);
        return;
    }
    lua_newtable(L);
    for (size_t i = 0; i < request->object_count; i++) {
        if (request->objects[i].ids == NULL)
            continue;
        push_text(L, request->objects[i].object->name);
        push_texts(L, request->objects[i].ids, request->objects[i].id_count);
        lua_rawset(L, -3);
    }
    sandbox_read_only(L);
}

void push_request(lua_State *L, const struct request *request)
{
    luaL_checkstack(L, 12, "request");
    lua_createtable(L, 0, 8);
    lua_pushinteger(L, request->iteration);
    lua_setfield(L, -2, "iteration");
    lua_pushinteger(L, request->depth);
    lua_setfield(L, -2, "depth");
    lua_pushboolean(L, request->first_time);
    lua_setfield(L, -2, "first_time_sync");
    lua_createtable(L, (int)request->object_count, 0);
    for (size_t i = 0; i < request->object_count; i++) {
        push_request_object(L, &request->objects[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    sandbox_read_only(L);
    lua_setfield(L, -2, "objects");
    push_object_ids(L, request);
    lua_setfield(L, -2, "object_ids");
    lua_createtable(L, 0, (int)request->option_count);
    for (size_t i = 0; i < request->option_count; i++) {
        push_text(L, request->options[i].key);
        push_text(L, request->options[i].value);
        lua_rawset(L, -3);
    }
    sandbox_read_only(L);
    lua_setfield(L, -2, "options");
    const struct text cursor = request->cursor;
    if (cursor.length > 0 && cursor.bytes[0] == CURSOR_JSON)
        push_json_decoded(L, (struct text){cursor.bytes + 1, cursor.length - 1});
    else
        push_text(L, cursor);
    lua_setfield(L, -2, "cursor");
    sandbox_read_only(L);
}

/* ---------------------------------------------------------------- the type */

void push_report(lua_State *L, struct report_handle **out)
{
    struct report_handle *const handle = lua_newuserdatauv(L, sizeof *handle, 0);
    memset(handle, 0, sizeof *handle);
    handle->wait = (struct sandbox_wait){handle, is_bound, cannot_block};
    luaL_setmetatable(L, REPORT_TYPE);
    handle_keep(L, handle);
    *out = handle;
}

void open_report(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"add_object", add_object_when_bound},
        {"add_deleted", add_deleted_when_bound},
        {"merge", merge_when_bound},
        {"remap_object", remap_object_when_bound},
        {"add_relation", add_relation_when_bound},
        {"set_cursor", set_cursor_when_bound},
        {"set_position", set_position_when_bound},
        {"set_total", set_total_when_bound},
        {NULL, NULL},
    };
    luaL_newmetatable(L, REPORT_TYPE);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}
