/*
 * The binding of reports: what a script may hand to the engine.
 *
 * Input: a JSON list of calls, each a list of a method's name and its arguments:
 * [["add_object", {...}], ["add_deleted", "citizen", "1"], ["set_cursor", [1, 2]]].
 *
 * Promises: whatever is handed in is either taken or raises; a finished report has only records
 * with a name and an id, each once, fields of the manual only, and texts that are UTF-8.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "script/bindings/bindings.h"

enum { FIELDS = 6, MOST_ARGUMENTS = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* What the calls are made on. */
struct world {
    struct arena *arena;
    struct script script;
    struct field_schema fields[FIELDS];
    struct object_schema contact;
    struct manual *manual;
    struct request_object asked;
    struct request request;
    struct report *report;
    struct report_handle *handle;
    struct text input;
};

static enum value_type type_of(void *context, struct text object, struct text field)
{
    const struct world *const world = context;
    (void)object;
    for (size_t i = 0; i < FIELDS; i++)
        if (text_equal(world->fields[i].name, field))
            return world->fields[i].type;
    return VALUE_TYPE_UNKNOWN;
}

static bool make_manual(struct world *world, struct error *error)
{
    static const struct {
        const char *name;
        enum value_type type;
    } fields[FIELDS] = {{"email", VALUE_TYPE_EMAIL},    {"age", VALUE_TYPE_INT},
                        {"born", VALUE_TYPE_DATE},      {"seen", VALUE_TYPE_DATETIME},
                        {"opt_in", VALUE_TYPE_BOOLEAN}, {"tags", VALUE_TYPE_MULTISELECT}};
    const struct manual_line line = {.direction = DIRECTION_BIDIRECTIONAL};
    struct manual_entry *entry = NULL;
    for (size_t i = 0; i < FIELDS; i++)
        world->fields[i] =
            (struct field_schema){.name = text_of(fields[i].name), .type = fields[i].type};
    world->contact = (struct object_schema){TEXT("contact"), true, world->fields, FIELDS};
    if (manual_new(world->arena, &world->manual, error) ||
        manual_add_entry(world->manual, &world->contact, TEXT("citizen"), &entry, error))
        return false;
    for (size_t i = 0; i < FIELDS; i++)
        if (manual_add_line(world->manual, entry, &world->fields[i], world->fields[i].name, NULL,
                            &line, error))
            return false;
    return !manual_finish(world->manual, error);
}

/* All fields but the last one are asked for. */
static bool make_request(struct world *world, struct error *error)
{
    const struct manual_object *const citizen = manual_integration(world->manual, TEXT("citizen"));
    bool *const requested = ARENA_ARRAY(world->arena, FIELDS, bool);
    if (!requested)
        return false;
    for (size_t i = 0; i + 1 < FIELDS; i++)
        requested[i] = true;
    world->asked = (struct request_object){
        .object = citizen, .requested = requested, .from = INSTANT_NONE, .to = INSTANT_NONE};
    world->request = (struct request){.side = SIDE_INTEGRATION,
                                      .integration = TEXT("fuzz"),
                                      .iteration = 1,
                                      .objects = &world->asked,
                                      .object_count = 1,
                                      .cursor = TEXT_ABSENT};
    return !report_new(world->arena, &world->request, &world->report, error);
}

static int prepare(lua_State *L)
{
    struct world *const world = lua_touserdata(L, 1);
    script_bind(&world->script, L);
    binding_json_open(L);
    binding_report_open(L);
    return 0;
}

/* The call at `index`: its method may be unknown, its arguments anything. */
static void make_call(lua_State *L, int report, int index)
{
    const int top = lua_gettop(L);
    if (lua_istable(L, index) && lua_rawgeti(L, index, 1) == LUA_TSTRING &&
        lua_getfield(L, report, lua_tostring(L, -1)) == LUA_TFUNCTION) {
        const lua_Integer length = (lua_Integer)lua_rawlen(L, index);
        const int function = lua_gettop(L);
        lua_pushvalue(L, report);
        for (lua_Integer i = 2; i <= length && i <= MOST_ARGUMENTS; i++)
            lua_rawgeti(L, index, i);
        (void)lua_pcall(L, lua_gettop(L) - function, 0, 0);
    }
    lua_settop(L, top);
}

static int make_calls(lua_State *L)
{
    struct world *const world = lua_touserdata(L, 1);
    lua_settop(L, 0);
    binding_json_decode(L, world->input);
    binding_report_push(L, &world->handle);
    world->handle->report = world->report;
    world->handle->manual = world->manual;
    world->handle->type_of = type_of;
    world->handle->type_context = world;
    const lua_Integer count = lua_istable(L, 1) ? (lua_Integer)lua_rawlen(L, 1) : 0;
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, 1, i);
        make_call(L, 2, 3);
        lua_settop(L, 2);
    }
    return 0;
}

static void check_object(const struct report *report, const struct report_object *object)
{
    if (text_is_empty(object->name) || text_is_empty(object->id) ||
        report_find(report, object->name, object->id) != object)
        abort();
    for (size_t i = 0; object->object && i < object->object->field_count; i++) {
        const struct value *const value = &object->fields[i].value;
        if (i + 1 == FIELDS && object->fields[i].state != FIELD_ABSENT)
            abort(); /* nobody asked for it */
        if (value->kind == VALUE_TEXT && !text_is_utf8(value->as.text))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const struct sandbox_options options = {.name = "fuzz"};
    struct world world = {.arena = arena_new(0), .input = {(const char *)bytes, length}};
    struct error error = {0};
    for (size_t i = 0; i < PART_COUNT; i++)
        world.script.parts[i] = LUA_NOREF;
    if (!world.arena || !make_manual(&world, &error) || !make_request(&world, &error) ||
        sandbox_new(&options, &world.script.sandbox, &error) ||
        sandbox_protect(world.script.sandbox, prepare, &world, &error))
        abort();
    (void)!sandbox_protect(world.script.sandbox, make_calls, &world, &error); /* no JSON: as good */
    if (!report_finish(world.report, &error))
        for (size_t i = 0; i < world.report->object_count; i++)
            check_object(world.report, world.report->objects[i]);
    sandbox_free(world.script.sandbox);
    arena_free(world.arena);
    return 0;
}
