/* `request`, as report_builder.build gets it: a table that can only be read. */
#include "script/bindings/report_private.h"

/* A list as scripts read it; `text_of_item` says what is in it. */
static void push_list(lua_State *L, const void *items, size_t count,
                      struct text (*text_of_item)(const void *items, size_t index))
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        convert_push_text(L, text_of_item(items, i));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    json_marks_set_array(L, -1);
    sandbox_read_only(L);
}

/* Some fields of an object. */
struct field_list {
    const struct manual_object *object;
    const size_t *fields;
};

static struct text field_name(const void *items, size_t index)
{
    const struct field_list *const list = items;
    return list->object->fields[list->fields[index]].name;
}

static struct text plain_text(const void *items, size_t index)
{
    return ((const struct text *)items)[index];
}

static void push_request_object(lua_State *L, const struct request_object *asked)
{
    const struct field_list fields = {asked->object, asked->fields};
    const struct field_list required = {asked->object, asked->required_fields};
    lua_createtable(L, 0, 7);
    convert_set_text(L, "name", asked->object->name);
    convert_set_instant(L, "from", asked->from);
    convert_set_instant(L, "to", asked->to);
    convert_set_text(L, "position", asked->position);
    push_list(L, &fields, asked->field_count, field_name);
    lua_setfield(L, -2, "fields");
    push_list(L, &required, asked->required_count, field_name);
    lua_setfield(L, -2, "required_fields");
    if (asked->ids) {
        push_list(L, asked->ids, asked->id_count, plain_text);
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
        push_list(L, request->objects[i].ids, request->objects[i].id_count, plain_text);
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
