/* mapping: which of their fields belongs to which of ours, and the functions that resolve
 * conflicts. */
#include <string.h>

#include "base/array.h"

#include "script/configuration/configuration_keys.h"
#include "script/configuration/reader.h"

/* ---------------------------------------------------------------- a line */

/* A name of a policy, or a function, which is kept. */
static void read_on_conflict(struct reader *reader, struct mapping_field *field)
{
    static const char *const names[] = {"newest",    "internal",  "integration",
                                        "non_empty", "strictest", NULL};
    lua_State *const L = reader->state;
    const size_t mark = reader_enter(reader, "on_conflict");
    const int type = reader_push(reader, "on_conflict");
    field->on_conflict = CONFLICT_NEWEST;
    if (type == LUA_TFUNCTION) {
        field->on_conflict = CONFLICT_FUNCTION;
        field->function = luaL_ref(L, LUA_REGISTRYINDEX);
        lua_pushnil(L);
    } else if (type != LUA_TNIL) {
        field->on_conflict = (enum conflict_policy)reader_choice(reader, names);
    }
    reader_end(reader, mark);
}

static void read_default(struct reader *reader, struct mapping_field *field)
{
    const size_t mark = reader_enter(reader, "default");
    if (reader_push(reader, "default") != LUA_TNIL) {
        field->has_default = true;
        char what[READER_PLACE];
        reader_place(reader, what);
        field->default_value = convert_read_raw(reader->state, -1, reader->arena, what);
    }
    reader_end(reader, mark);
}

/* { "email", direction = ..., ... }: on top of the stack. */
static void read_line_table(struct reader *reader, struct mapping_field *field)
{
    static const char *const clears[] = {"propagate", "ignore", NULL};
    static const char *const ways[] = {"to_internal", "to_integration", "bidirectional", NULL};
    lua_State *const L = reader->state;
    if (lua_rawgeti(L, -1, 1) != LUA_TSTRING || lua_rawlen(L, -1) == 0)
        reader_fail(reader, "must begin with the name of our field, as { \"email\", ... }");
    field->internal_field = reader_copy(reader, convert_text_at(L, -1));
    lua_pop(L, 1);
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TNUMBER && lua_tonumber(L, -1) != 1)
            reader_fail(reader, "has more than one field name");
        if (lua_type(L, -1) == LUA_TSTRING &&
            !configuration_keys_have("field", KEYS_INTEGRATION, lua_tostring(L, -1)))
            reader_fail(reader, "'%s' is not a setting of a field", lua_tostring(L, -1));
    }
    field->direction =
        (enum direction)reader_choice_at(reader, "direction", ways, DIRECTION_BIDIRECTIONAL);
    field->required = reader_boolean(reader, "required", false);
    read_default(reader, field);
    read_on_conflict(reader, field);
    field->on_clear =
        (enum clear_policy)reader_choice_at(reader, "on_clear", clears, CLEAR_PROPAGATE);
}

/* The line on top of the stack. */
static void read_line(struct reader *reader, struct text name, struct mapping_field *field)
{
    *field = (struct mapping_field){.integration_field = name,
                                    .direction = DIRECTION_BIDIRECTIONAL,
                                    .on_conflict = CONFLICT_NEWEST,
                                    .on_clear = CLEAR_PROPAGATE,
                                    .function = LUA_NOREF,
                                    .place = reader_copy(reader, text_of(reader->key))};
    if (lua_type(reader->state, -1) == LUA_TSTRING && lua_rawlen(reader->state, -1) > 0)
        field->internal_field = reader_copy(reader, convert_text_at(reader->state, -1));
    else if (lua_istable(reader->state, -1))
        read_line_table(reader, field);
    else
        reader_fail(reader, "must be the name of our field or a table { \"name\", ... }, not a %s",
                    luaL_typename(reader->state, -1));
}

/* Is the value on top a list of lines: one of their fields for several of ours? */
static bool is_line_list(lua_State *L)
{
    if (!lua_istable(L, -1))
        return false;
    const int type = lua_rawgeti(L, -1, 1);
    lua_pop(L, 1);
    return type == LUA_TTABLE;
}

/* ---------------------------------------------------------------- an object */

static struct mapping_field *add_line(struct reader *reader, struct mapping_object *object,
                                      size_t *capacity)
{
    struct mapping_field *const fields =
        array_grow(reader->arena, object->fields, object->field_count, capacity, sizeof *fields);
    if (!fields)
        reader_fail(reader, "is too large");
    object->fields = fields;
    return &object->fields[object->field_count++];
}

/* The lines in the table on top. */
static void read_lines(struct reader *reader, struct mapping_object *object, bool with_settings,
                       size_t *capacity)
{
    lua_State *const L = reader->state;
    size_t count = 0;
    const struct text *const names = reader_sorted_keys(reader, &count);
    for (size_t i = 0; i < count; i++) {
        if (with_settings && configuration_keys_have("object", KEYS_INTEGRATION, names[i].bytes))
            continue;
        const size_t mark = reader_enter(reader, names[i].bytes);
        reader_push(reader, names[i].bytes);
        if (is_line_list(L)) {
            const size_t lines = lua_rawlen(L, -1);
            for (size_t line = 1; line <= lines; line++) {
                lua_rawgeti(L, -1, (lua_Integer)line);
                read_line(reader, names[i], add_line(reader, object, capacity));
                lua_pop(L, 1);
            }
        } else {
            read_line(reader, names[i], add_line(reader, object, capacity));
        }
        lua_pop(L, 1);
        reader_leave(reader, mark);
    }
}

static void read_create(struct reader *reader, struct mapping_object *object)
{
    lua_State *const L = reader->state;
    const size_t mark = reader_enter(reader, "create");
    const int type = reader_push(reader, "create");
    if (type == LUA_TNIL || (type == LUA_TBOOLEAN && lua_toboolean(L, -1)))
        object->create = CREATE_ONCE;
    else if (type == LUA_TBOOLEAN)
        object->create = CREATE_NEVER;
    else if (type == LUA_TSTRING && strcmp(lua_tostring(L, -1), "always") == 0)
        object->create = CREATE_ALWAYS;
    else
        reader_fail(reader,
                    "must be true, false or \"always\"; fields of this name go into a table "
                    "'fields'");
    reader_end(reader, mark);
}

/* The object's table is on top. */
static void read_object(struct reader *reader, struct text name, void *item)
{
    struct mapping_object *const object = item;
    static const char *const deletions[] = {"ignore", "unlink", "delete", NULL};
    lua_State *const L = reader->state;
    if (!lua_istable(L, -1))
        reader_fail(reader, "must be a table of fields, not a %s", luaL_typename(L, -1));
    object->place = reader_copy(reader, text_of(reader->key));
    const char *const colon = memchr(name.bytes, ':', name.length);
    const size_t length = !colon ? name.length : (size_t)(colon - name.bytes);
    object->integration_object = reader_copy(reader, (struct text){name.bytes, length});
    object->internal_object =
        !colon ? TEXT_ABSENT
               : reader_copy(reader, (struct text){colon + 1, name.length - length - 1});
    read_create(reader, object);
    object->on_deleted_here = (enum deletion_policy)reader_choice_at(reader, "on_deleted_here",
                                                                     deletions, DELETION_UNLINK);
    object->on_deleted_there = (enum deletion_policy)reader_choice_at(reader, "on_deleted_there",
                                                                      deletions, DELETION_UNLINK);
    size_t capacity = 0;
    read_lines(reader, object, true, &capacity);
    const size_t mark = reader_enter(reader, "fields");
    if (reader_push(reader, "fields") == LUA_TTABLE)
        read_lines(reader, object, false, &capacity);
    else if (!lua_isnil(L, -1))
        reader_fail(reader, "must be a table of fields");
    reader_end(reader, mark);
    if (object->field_count == 0)
        reader_fail(reader, "maps no field");
}

void reader_mapping(struct reader *reader, struct integration_configuration *configuration)
{
    const size_t mark = reader_enter(reader, "mapping");
    if (reader_push(reader, "mapping") == LUA_TTABLE)
        configuration->objects = reader_each(reader, sizeof *configuration->objects, read_object,
                                             &configuration->object_count);
    else if (!lua_isnil(reader->state, -1))
        reader_fail(reader, "must be a table of objects, not a %s",
                    luaL_typename(reader->state, -1));
    reader_end(reader, mark);
}

/* ---------------------------------------------------------------- conflicts */

const struct mapping_field *
integration_configuration_field(const struct integration_configuration *configuration,
                                const struct manual_entry *entry, const struct manual_line *line)
{
    const struct text integration_field = entry->integration->fields[line->integration_field].name;
    const struct text internal_field = entry->internal->fields[line->internal_field].name;
    for (size_t i = 0; i < configuration->object_count; i++) {
        const struct mapping_object *const object = &configuration->objects[i];
        if (!text_equal(object->integration_object, entry->integration->name) ||
            (object->internal_object.bytes &&
             !text_equal(object->internal_object, entry->internal->name)))
            continue;
        for (size_t at = 0; at < object->field_count; at++) {
            if (text_equal(object->fields[at].integration_field, integration_field) &&
                text_equal(object->fields[at].internal_field, internal_field))
                return &object->fields[at];
        }
    }
    return NULL;
}

/* A call of `on_conflict`. */
struct policy_call {
    const struct mapping_field *field;
    const struct judge_side *left, *right;
    enum verdict verdict;
    const char *path;
};

static void push_testimony(lua_State *L, const struct judge_side *judge_side)
{
    lua_createtable(L, 0, 2);
    convert_push_value(L, judge_side->value);
    lua_setfield(L, -2, "value");
    convert_set_instant(L, "changed_at",
                        judge_side->certain != INSTANT_NONE ? judge_side->certain
                                                            : judge_side->possible);
}

static int prepare_conflict(lua_State *L)
{
    const struct policy_call *const conflict = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, conflict->field->function);
    push_testimony(L, conflict->left);
    push_testimony(L, conflict->right);
    lua_createtable(L, 0, 2);
    convert_set_text(L, "internal", conflict->field->internal_field);
    convert_set_text(L, "integration", conflict->field->integration_field);
    return 4;
}

static int read_verdict(lua_State *L)
{
    struct policy_call *const conflict = lua_touserdata(L, 1);
    const struct text winner = lua_type(L, 2) == LUA_TSTRING ? convert_text_at(L, 2) : TEXT_ABSENT;
    if (text_equal(winner, TEXT("internal")))
        conflict->verdict = VERDICT_LEFT;
    else if (text_equal(winner, TEXT("integration")))
        conflict->verdict = VERDICT_RIGHT;
    else if (lua_isnil(L, 2))
        conflict->verdict = VERDICT_UNRESOLVED;
    else
        return luaL_error(L, "%s: %s.on_conflict: must return \"internal\", \"integration\" or nil",
                          conflict->path, conflict->field->place.bytes);
    return 0;
}

enum error_code
integration_configuration_resolve(const struct integration_configuration *configuration,
                                  const struct mapping_field *field, const struct judge_side *left,
                                  const struct judge_side *right, enum verdict *verdict,
                                  struct error *error)
{
    static const struct sandbox_entry entry = {"on_conflict", prepare_conflict, read_verdict, 1};
    *verdict = VERDICT_UNRESOLVED;
    if (field->function == LUA_NOREF)
        return ERROR_NONE;
    struct policy_call conflict = {field, left, right, VERDICT_UNRESOLVED,
                                   configuration->path.bytes};
    const enum error_code code =
        sandbox_call_run(configuration->state->sandbox, &entry, &conflict, error);
    *verdict = conflict.verdict;
    return code;
}
