/* report:add_object{...}: the one binding that is called for each record and looks at each field.
 *
 * The meaning of a name is looked up once for each report and kept in tables: object name -> field
 * name -> a number that packs the field's index and type. Records of one kind mostly have the same
 * fields in the same order, so the name that the last record had at this place is tried first. */
#include "script/bindings/report_private.h"

#include <string.h>

/* The members of the argument, and where on the stack they are put. */
static const char *const members[] = {"object",           "id",    "changed_at", "fields",
                                      "field_changed_at", "types", "states",     "complete",
                                      "version",          NULL};
enum {
    AT_MEMBERS = 3,
    AT_OBJECT = AT_MEMBERS,
    AT_ID,
    AT_CHANGED_AT,
    AT_FIELDS,
    AT_TIMES,
    AT_TYPES,
    AT_STATES,
    AT_COMPLETE,
    AT_VERSION,
    AT_NAMES, /* field name -> packed; of the object */
    AT_KEY,   /* of the field that is read: its name and its value */
    AT_VALUE
};

enum { PLACE_SIZE = 192 };

/* ---------------------------------------------------------------- what names mean */

/* A field that the engine did not request, or does not know. Identifiers count whatever the
 * direction of their line (decision 37). */
enum { NOT_ASKED = -1, TYPE_BITS = 8 };

static lua_Integer pack(size_t field, enum value_type type)
{
    return (lua_Integer)(field << TYPE_BITS) | (lua_Integer)type;
}

static enum value_type type_of(lua_Integer packed)
{
    return (enum value_type)(packed & ((1 << TYPE_BITS) - 1));
}

static lua_Integer find_field(const struct report_handle *handle,
                              const struct report_object *object, struct text name)
{
    const size_t field = manual_object_field(object->object, name);
    const struct request_object *const asked =
        field == SIZE_MAX ? NULL : request_object_of(handle->report->request, object->object);
    const bool identifies = asked && asked->identifies && asked->identifies[field];
    if (!asked || (!asked->requested[field] && !identifies))
        return NOT_ASKED;
    return pack(field, !handle->type_of
                           ? VALUE_TYPE_UNKNOWN
                           : handle->type_of(handle->type_context, object->name, name));
}

/* What the name at AT_KEY means, by the table. */
static lua_Integer look_up_field(lua_State *L, const struct report_handle *handle,
                                 const struct report_object *object)
{
    lua_pushvalue(L, AT_KEY);
    if (lua_rawget(L, AT_NAMES) == LUA_TNIL) {
        lua_pushvalue(L, AT_KEY);
        lua_pushinteger(L, find_field(handle, object, convert_text_at(L, AT_KEY)));
        lua_copy(L, -1, -3);
        lua_rawset(L, AT_NAMES);
    }
    const lua_Integer packed = lua_tointeger(L, -1);
    lua_pop(L, 1);
    return packed;
}

/* What `name`, which is at AT_KEY, means: the field at `place` of its record. */
static lua_Integer field_of_name(lua_State *L, struct text name, size_t place,
                                 struct report_handle *handle, const struct report_object *object)
{
    struct report_known_fields *const known = &handle->known;
    if (known->object != object->object)
        *known = (struct report_known_fields){.object = object->object};
    if (place < known->count && text_equal(known->fields[place].name, name))
        return known->fields[place].packed;
    const lua_Integer packed = look_up_field(L, handle, object);
    if (packed != NOT_ASKED && place < REPORT_FIELDS_KNOWN && place <= known->count) {
        known->fields[place].name = object->object->fields[packed >> TYPE_BITS].name;
        known->fields[place].packed = packed;
        known->count = place < known->count ? known->count : place + 1;
    }
    return packed;
}

/* Push the table of the object's names. */
static void push_names(lua_State *L)
{
    lua_getiuservalue(L, 1, REPORT_NAMES);
    lua_pushvalue(L, AT_OBJECT);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, AT_OBJECT);
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
    }
    lua_remove(L, -2);
}

/* ---------------------------------------------------------------- a field */

struct field_input {
    struct report_handle *handle;
    struct text object, name;
    size_t place;                          /* of the next field that was asked for */
    bool has_types, has_times, has_states; /* the record gives its own types or instants for
                                            * fields */
};

/* "field 'email' of 'citizen' 12": for messages, made only when one is needed. */
static const char *describe(lua_State *L, const struct field_input *input, char place[PLACE_SIZE])
{
    (void)snprintf(place, PLACE_SIZE, "field '%.40s' of '%.40s' %.40s", input->name.bytes,
                   lua_tostring(L, AT_OBJECT), lua_tostring(L, AT_ID));
    return place;
}

/* The record's own type, else that of fields.lua. */
static enum value_type type_of_field(lua_State *L, const struct field_input *input,
                                     enum value_type known)
{
    if (!input->has_types)
        return known;
    convert_push_text(L, input->name);
    enum value_type type = known;
    if (lua_rawget(L, AT_TYPES) == LUA_TSTRING) {
        char place[PLACE_SIZE];
        type = value_type_of_name(convert_text_at(L, -1));
        if (type == VALUE_TYPE_UNKNOWN)
            luaL_error(L, "'%s' is not a type (%s)", lua_tostring(L, -1),
                       describe(L, input, place));
    }
    lua_pop(L, 1);
    return type;
}

void binding_report_object_normalize(lua_State *L, struct text object, struct text field,
                                     enum value_type type)
{
    if (!script_push_function(script_of(L), L, PART_VALUE_NORMALIZER, "to_internal"))
        return;
    lua_insert(L, -2);
    lua_createtable(L, 0, 3);
    convert_set_text(L, "name", field);
    convert_set_text(L, "object", object);
    convert_set_words(L, "type", value_type_name(type));
    lua_call(L, 2, 1);
}

/* The record is taken without it (spec 13.11). */
static void tell_bad_time(lua_State *L, struct report_handle *handle, const char *of)
{
    char message[2 * PLACE_SIZE];
    (void)snprintf(message, sizeof message,
                   "came with a change time of %.190s that cannot be read; taken without one", of);
    (void)binding_report_tell(L, handle,
                              (struct report_fault){.object = convert_text_at(L, AT_OBJECT),
                                                    .id = text_of(luaL_tolstring(L, AT_ID, NULL)),
                                                    .message = text_of(message)});
    lua_pop(L, 1);
}

static instant time_of_field(lua_State *L, const struct field_input *input)
{
    if (!input->has_times)
        return INSTANT_NONE;
    convert_push_text(L, input->name);
    lua_rawget(L, AT_TIMES);
    instant at = INSTANT_NONE;
    if (!convert_read_plain_instant(L, -1, &at) && !convert_try_instant(L, -1, &at)) {
        char place[PLACE_SIZE];
        tell_bad_time(L, input->handle, describe(L, input, place));
    }
    lua_pop(L, 1);
    return at;
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

static enum field_state state_of_field(lua_State *L, const struct field_input *input)
{
    if (!input->has_states)
        return FIELD_CHANGED;
    convert_push_text(L, input->name);
    const int type = lua_rawget(L, AT_STATES);
    const enum field_state state =
        type == LUA_TNIL ? FIELD_CHANGED : read_state(L, input->name.bytes);
    lua_pop(L, 1);
    return state;
}

/* The field's value; its texts may be borrowed from the stack. */
static struct raw_value read_value(lua_State *L, const struct field_input *input)
{
    struct raw_value raw = {.kind = RAW_NULL};
    char place[PLACE_SIZE];
    if (convert_read_plain(L, AT_VALUE, &raw))
        return raw;
    return convert_read_raw(L, AT_VALUE, input->handle->report->arena, describe(L, input, place));
}

static void set_value(lua_State *L, struct report_handle *handle, struct report_object *object,
                      size_t field, struct report_value value)
{
    struct error error;
    binding_report_check(L, handle, report_set_field(handle->report, object, field, &value, &error),
                         &error);
}

/* The field at AT_KEY; a normalizer replaces its value. */
static void set_field(lua_State *L, struct report_handle *handle, struct report_object *object,
                      struct field_input *input)
{
    if (lua_type(L, AT_KEY) != LUA_TSTRING)
        luaL_error(L, "the fields of '%s' must be named by texts, not by a %s",
                   lua_tostring(L, AT_OBJECT), luaL_typename(L, AT_KEY));
    input->name = convert_text_at(L, AT_KEY);
    const lua_Integer packed = field_of_name(L, input->name, input->place, handle, object);
    if (packed == NOT_ASKED)
        return;
    input->place++;
    const enum value_type type = type_of_field(L, input, type_of(packed));
    if (handle->normalizes) {
        binding_report_object_normalize(L, input->object, input->name, type);
        if (lua_isnil(L, AT_VALUE))
            return;
    }
    const struct raw_value raw = read_value(L, input);
    set_value(L, handle, object, (size_t)(packed >> TYPE_BITS),
              (struct report_value){&raw, type, state_of_field(L, input), time_of_field(L, input)});
}

/* ---------------------------------------------------------------- the record */

static int place_of_member(lua_State *L, int index)
{
    const char *const key = lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : "";
    for (int member = 0; members[member]; member++) {
        if (strcmp(members[member], key) == 0)
            return AT_MEMBERS + member;
    }
    convert_check_keys(L, 2, members, "add_object"); /* raises, since this one is not known */
    return 0;
}

/* Put the members of the argument at their stack positions (raw, behind proxies). */
static void spread_members(lua_State *L)
{
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    sandbox_unwrap(L, 2);
    lua_settop(L, AT_NAMES - 1);
    lua_pushnil(L);
    while (lua_next(L, 2) != 0)
        lua_replace(L, place_of_member(L, -2));
}

/* A table among the members, behind its proxy; null counts as absent. */
static void check_table(lua_State *L, int index)
{
    if (lua_istable(L, index)) {
        sandbox_unwrap(L, index);
    } else if (json_marks_is_null(L, index)) {
        lua_pushnil(L);
        lua_replace(L, index);
    } else if (!lua_isnil(L, index)) {
        luaL_error(L, "'%s' in add_object must be a table, not a %s", members[index - AT_MEMBERS],
                   luaL_typename(L, index));
    }
}

static struct text id_of_record(lua_State *L)
{
    char what[PLACE_SIZE];
    if (lua_type(L, AT_ID) == LUA_TSTRING && lua_rawlen(L, AT_ID) > 0)
        return convert_text_at(L, AT_ID);
    (void)snprintf(what, sizeof what, "the id of a '%.80s'", lua_tostring(L, AT_OBJECT));
    return convert_read_id(L, AT_ID, what);
}

static instant time_of_record(lua_State *L, struct report_handle *handle)
{
    instant at = INSTANT_NONE;
    if (!convert_read_plain_instant(L, AT_CHANGED_AT, &at) &&
        !convert_try_instant(L, AT_CHANGED_AT, &at))
        tell_bad_time(L, handle, "the record");
    return at;
}

/* The API's name for this state of the record: a revision, an ETag. */
static void take_version(lua_State *L, struct report_handle *handle, struct report_object *object)
{
    struct error error;
    if (lua_isnil(L, AT_VERSION) || json_marks_is_null(L, AT_VERSION))
        return;
    const struct text version = convert_read_id(L, AT_VERSION, "'version' in add_object");
    binding_report_check(
        L, handle, text_copy(handle->report->arena, version, &object->version, &error), &error);
}

/* The record has all of its fields: one that was asked for and is not there is known to be empty.
 */
static void complete_record(lua_State *L, struct report_handle *handle,
                            struct report_object *object)
{
    const struct request_object *const asked =
        request_object_of(handle->report->request, object->object);
    const struct raw_value none = {.kind = RAW_NULL};
    for (size_t i = 0; asked && i < object->object->field_count; i++) {
        const struct report_field *const field = &object->fields[i];
        if (!asked->requested[i] || field->state != FIELD_ABSENT || field->unreadable)
            continue;
        const lua_Integer packed = find_field(handle, object, object->object->fields[i].name);
        set_value(L, handle, object, i,
                  (struct report_value){&none, type_of(packed), FIELD_CHANGED, INSTANT_NONE});
        object->fields[i].silent = true;
    }
}

int binding_report_add_object(lua_State *L)
{
    struct report_handle *const handle = lua_touserdata(L, 1);
    struct report_object *object = NULL;
    struct error error;
    if (!handle->report)
        return luaL_error(L, "this report belongs to a call that has ended");
    spread_members(L);
    if (lua_type(L, AT_OBJECT) != LUA_TSTRING)
        return luaL_error(L, "'object' in add_object must be the object's name");
    if (binding_report_lacks_id(L, AT_ID))
        return binding_report_leave_out(
            L, handle, convert_text_at(L, AT_OBJECT),
            TEXT("was reported without an id that can be read; left out"));
    const struct text id = id_of_record(L);
    for (int index = AT_FIELDS; index <= AT_STATES; index++)
        check_table(L, index);
    binding_report_check(L, handle,
                         report_add_object(handle->report, handle->manual,
                                           convert_text_at(L, AT_OBJECT), id,
                                           time_of_record(L, handle), &object, &error),
                         &error);
    if (!object->object)
        manifest_check_object(L, handle->manifest, object->name, "'object' in add_object");
    take_version(L, handle, object);
    if (!object->object || !lua_istable(L, AT_FIELDS))
        return 0;
    struct field_input input = {.handle = handle,
                                .object = object->name,
                                .has_types = lua_istable(L, AT_TYPES),
                                .has_times = lua_istable(L, AT_TIMES),
                                .has_states = lua_istable(L, AT_STATES)};
    push_names(L);
    lua_pushnil(L);
    while (lua_next(L, AT_FIELDS) != 0) {
        set_field(L, handle, object, &input);
        lua_pop(L, 1);
    }
    if (lua_toboolean(L, AT_COMPLETE))
        complete_record(L, handle, object);
    return 0;
}
