/* `request`, as report_builder.build gets it: a table that can only be read. */
#include "script/bindings/report_private.h"

/* Push a list as scripts read it. */
static void push_list(lua_State *L, const struct text *texts, size_t count)
{
    convert_push_texts(L, texts, count);
    json_marks_set_array(L, -1);
    sandbox_read_only(L);
}

static void push_names(lua_State *L, const struct manual_object *object, const size_t *fields,
                       size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        convert_push_text(L, object->fields[fields[i]].name);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    json_marks_set_array(L, -1);
    sandbox_read_only(L);
}

static void push_request_object(lua_State *L, const struct request_object *asked)
{
    lua_createtable(L, 0, 7);
    convert_set_text(L, "name", asked->object->name);
    convert_set_instant(L, "from", asked->from);
    convert_set_instant(L, "to", asked->to);
    convert_set_text(L, "position", asked->position);
    push_names(L, asked->object, asked->fields, asked->field_count);
    lua_setfield(L, -2, "fields");
    push_names(L, asked->object, asked->required_fields, asked->required_count);
    lua_setfield(L, -2, "required_fields");
    if (asked->ids) {
        push_list(L, asked->ids, asked->id_count);
        lua_setfield(L, -2, "ids");
    }
    sandbox_read_only(L);
}

/* object_ids: object name -> ids, nil if the request is not limited to ids. */
static void push_object_ids(lua_State *L, const struct request *request)
{
    if (!request->selective) {
        lua_pushnil(L);
        return;
    }
    lua_newtable(L);
    for (size_t i = 0; i < request->object_count; i++) {
        if (!request->objects[i].ids)
            continue;
        convert_push_text(L, request->objects[i].object->name);
        push_list(L, request->objects[i].ids, request->objects[i].id_count);
        lua_rawset(L, -3);
    }
    sandbox_read_only(L);
}

void binding_request_push(lua_State *L, const struct request *request)
{
    luaL_checkstack(L, 12, "request");
    lua_createtable(L, 0, 8);
    convert_set_integer(L, "iteration", request->iteration);
    convert_set_integer(L, "depth", request->depth);
    convert_set_flag(L, "first_time_sync", request->first_time);
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
        convert_push_text(L, request->options[i].key);
        convert_push_text(L, request->options[i].value);
        lua_rawset(L, -3);
    }
    sandbox_read_only(L);
    lua_setfield(L, -2, "options");
    const struct text cursor = request->cursor;
    if (cursor.length > 0 && cursor.bytes[0] == CURSOR_JSON)
        binding_json_decode(L, (struct text){cursor.bytes + 1, cursor.length - 1});
    else
        convert_push_text(L, cursor);
    lua_setfield(L, -2, "cursor");
    sandbox_read_only(L);
}
