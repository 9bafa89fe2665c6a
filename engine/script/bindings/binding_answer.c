/* Further parts of an order's answers: the record as it was stored, the refused fields. */
#include <string.h>

#include "script/bindings/bindings.h"

static const char *const stored_keys[] = {"at", "fields", "types", "version", NULL};
static const char *const issue_keys[] = {"fields", NULL};
static const char *const retry_keys[] = {"counts", "reason", NULL};

/* The table at `index`, behind its proxy, on top of the stack. */
static void push_table(lua_State *L, int index, const char *const *keys, const char *what)
{
    sandbox_push_real(L, index);
    if (!lua_istable(L, -1))
        luaL_error(L, "%s takes a table, not a %s", what, luaL_typename(L, -1));
    convert_check_keys(L, lua_absindex(L, -1), keys, what);
}

/* The member on top: a table behind its proxy, or nil. */
static bool push_member(lua_State *L, int table, const char *key, const char *what)
{
    lua_getfield(L, table, key);
    if (lua_isnil(L, -1) || json_marks_is_null(L, -1))
        return false;
    sandbox_unwrap(L, -1);
    if (!lua_istable(L, -1))
        luaL_error(L, "'%s' of %s must be a table, not a %s", key, what, luaL_typename(L, -1));
    return true;
}

/* The change's field of this name; NULL: it was not sent. */
static const struct order_field *field_of(const struct order_change *change, struct text name)
{
    const struct manual_object *object = change->entry->integration;
    for (size_t i = 0; i < change->field_count; i++) {
        if (text_equal(object->fields[change->fields[i].field].name, name))
            return &change->fields[i];
    }
    return NULL;
}

/* The type that `types` (at `index`; 0: there is none) gives, else that of fields.lua, else,
 * without that file, that of our field. UNKNOWN if fields.lua was not asked in this run. */
static enum value_type type_of(lua_State *L, int index, const struct order_handle *handle,
                               const struct order_change *change, const struct order_field *field)
{
    const struct text name = change->entry->integration->fields[field->field].name;
    enum value_type type = VALUE_TYPE_UNKNOWN;
    if (index != 0) {
        convert_push_text(L, name);
        if (lua_rawget(L, index) == LUA_TSTRING)
            type = value_type_of_name(convert_text_at(L, -1));
        lua_pop(L, 1);
    }
    if (type == VALUE_TYPE_UNKNOWN && handle->type_of)
        return handle->type_of(handle->type_context, change->object, name);
    return type != VALUE_TYPE_UNKNOWN
               ? type
               : change->entry->internal->fields[field->line->internal_field].schema->type;
}

/* Stack: ..., name, value. An unreadable value counts as unknown. */
static void read_stored(lua_State *L, const struct order_handle *handle,
                        const struct order_change *change, int types, struct stored_field *stored,
                        size_t *count)
{
    const struct text name = lua_type(L, -2) == LUA_TSTRING ? convert_text_at(L, -2) : TEXT_ABSENT;
    const struct order_field *field = text_is_absent(name) ? NULL : field_of(change, name);
    bool readable = false;
    struct error error;
    const enum value_type type =
        field ? type_of(L, types, handle, change, field) : VALUE_TYPE_UNKNOWN;
    if (type == VALUE_TYPE_UNKNOWN)
        return;
    binding_report_object_normalize(L, change->object, name, type);
    if (lua_isnil(L, -1))
        return;
    const struct raw_value raw =
        convert_read_raw(L, -1, handle->order->arena, "a field of a stored record");
    convert_raise_if(
        L,
        value_normalize(handle->order->arena, &raw, type, &stored[*count].value, &readable, &error),
        &error);
    stored[*count].field = field->field;
    *count += readable;
}

void binding_answer_read_details(lua_State *L, int index, const struct order_handle *handle,
                                 const struct order_change *change, const char *what,
                                 struct order_answer *answer)
{
    struct stored_field *stored = NULL;
    int types = 0;
    if (!lua_istable(L, index) && !lua_isuserdata(L, index)) {
        answer->at = convert_read_instant(L, index, what);
        return;
    }
    push_table(L, index, stored_keys, what);
    const int table = lua_gettop(L);
    lua_getfield(L, table, "at");
    answer->at = convert_read_instant(L, -1, what);
    lua_getfield(L, table, "version");
    if (!lua_isnil(L, -1) && !json_marks_is_null(L, -1))
        answer->version = convert_read_id(L, -1, "the version of a stored record");
    if (push_member(L, table, "types", what))
        types = lua_gettop(L);
    if (!push_member(L, table, "fields", what))
        return;
    const int fields = lua_gettop(L);
    stored = ARENA_ARRAY(handle->order->arena, change->field_count, struct stored_field);
    if (!stored) {
        luaL_error(L, "not enough memory");
        return;
    }
    lua_pushnil(L);
    while (lua_next(L, fields) != 0) {
        if (answer->stored_count < change->field_count)
            read_stored(L, handle, change, types, stored, &answer->stored_count);
        lua_pop(L, 1);
    }
    answer->stored = stored;
}

bool binding_answer_read_retry(lua_State *L, int index, struct text *reason)
{
    *reason = TEXT_ABSENT;
    if (lua_isnoneornil(L, index))
        return true;
    push_table(L, index, retry_keys, "retry_sync_later");
    lua_getfield(L, -1, "counts");
    const bool counts = lua_isnil(L, -1) || lua_toboolean(L, -1);
    lua_getfield(L, -2, "reason");
    if (!lua_isnil(L, -1) && lua_type(L, -1) != LUA_TSTRING)
        luaL_error(L, "'reason' of retry_sync_later must be a text, not a %s",
                   luaL_typename(L, -1));
    if (!lua_isnil(L, -1)) {
        convert_push_redacted(L, BINDING_NOTE_MOST);
        *reason = convert_text_at(L, -1);
    }
    return counts;
}

size_t binding_answer_read_refused(lua_State *L, int index, struct order *order,
                                   struct text **names)
{
    *names = NULL;
    if (lua_isnoneornil(L, index))
        return 0;
    push_table(L, index, issue_keys, "note_object_sync_issue");
    if (!push_member(L, lua_gettop(L), "fields", "note_object_sync_issue"))
        return 0;
    const int list = lua_gettop(L);
    const size_t count = (size_t)lua_rawlen(L, list);
    *names = ARENA_ARRAY(order->arena, count, struct text);
    if (!*names)
        return (size_t)luaL_error(L, "not enough memory");
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, list, (lua_Integer)i + 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            luaL_error(L, "'fields' of note_object_sync_issue must be a list of names");
        (*names)[i] = convert_text_at(L, -1); /* the list keeps it */
        lua_pop(L, 1);
    }
    return count;
}
