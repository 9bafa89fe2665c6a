/* `request`, as report_builder.build gets it: a table that can only be read. */
#include "script/report_private.h"

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
