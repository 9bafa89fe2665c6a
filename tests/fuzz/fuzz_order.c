/*
 * The binding of orders: what a script may hand back to the engine.
 *
 * Input: a JSON list of calls, each a list of whose method it is ("order", or the number of a
 * change), its name and its arguments: [["order", "add_object_mapping", {"change": 1}, "citizen",
 * "7"], [2, "fields"], ["order", "changes", "citizen"]]. {"change": N} stands for a change (those
 * behind the order's own are another order's), {"bytes": [255, 0]} for a text that is no UTF-8; an
 * iterator that comes back is called until its end.
 *
 * Promises: whatever is handed in is either taken or raises; an answer belongs to a change of this
 * order and has what its kind needs, in memory that outlives the script; another order's changes
 * get none; and once the call has ended nothing is taken any more.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "script/bindings/bindings.h"

enum {
    FIELDS = 4,
    CHANGES = 4,
    STRANGERS = 1,
    MOST_ARGUMENTS = 7,
    MOST_STEPS = 32,
    MOST_BYTES = 64
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* What the calls are made on. */
struct world {
    struct arena *arena;
    struct script script;
    struct field_schema fields[FIELDS];
    struct object_schema contact;
    struct manual *manual;
    struct manual_entry *entry;
    struct order *order, *other;
    struct order_change changes[CHANGES + STRANGERS];
    struct order_field values[FIELDS];
    struct text input;
    size_t heard; /* answers */
    bool ended;
};

static bool make_manual(struct world *world, struct error *error)
{
    static const struct {
        const char *name;
        enum value_type type;
    } fields[FIELDS] = {{"email", VALUE_TYPE_EMAIL},
                        {"age", VALUE_TYPE_INT},
                        {"seen", VALUE_TYPE_DATETIME},
                        {"opt_in", VALUE_TYPE_BOOLEAN}};
    const struct manual_line line = {.direction = DIRECTION_BIDIRECTIONAL};
    for (size_t i = 0; i < FIELDS; i++)
        world->fields[i] =
            (struct field_schema){.name = text_of(fields[i].name), .type = fields[i].type};
    world->contact = (struct object_schema){TEXT("contact"), true, world->fields, FIELDS};
    if (manual_new(world->arena, &world->manual, error) ||
        manual_add_entry(world->manual, &world->contact, TEXT("citizen"), &world->entry, error))
        return false;
    for (size_t i = 0; i < FIELDS; i++)
        if (manual_add_line(world->manual, world->entry, &world->fields[i], world->fields[i].name,
                            NULL, &line, error))
            return false;
    return !manual_finish(world->manual, error);
}

static enum error_code hear(void *context, const struct order_change *change,
                            struct order_answer *answer, struct error *error)
{
    struct world *const world = context;
    (void)answer;
    (void)error;
    world->heard++;
    if (world->ended || change < world->changes || change >= world->changes + CHANGES)
        abort();
    return ERROR_NONE;
}

/* An update, two creates and a deletion; and a change of somebody else's order. */
static bool make_orders(struct world *world, struct error *error)
{
    static const char *const ids[CHANGES + STRANGERS] = {"11", NULL, NULL, "14", "15"};
    static const char *const mapped[CHANGES + STRANGERS] = {"1", "2", "3", "4", "5"};
    if (order_new(world->arena, SIDE_INTEGRATION, &world->order, error) ||
        order_new(world->arena, SIDE_INTEGRATION, &world->other, error))
        return false;
    world->order->answered = world->other->answered = hear;
    world->order->answered_context = world->other->answered_context = world;
    for (size_t i = 0; i < FIELDS; i++)
        world->values[i] = (struct order_field){.field = i,
                                                .line = &world->entry->lines[i],
                                                .state = (enum field_state)(FIELD_CHANGED + i % 2),
                                                .value = value_null(world->fields[i].type),
                                                .at = INSTANT_NONE};
    for (size_t i = 0; i < CHANGES + STRANGERS; i++) {
        world->changes[i] =
            (struct order_change){.entry = world->entry,
                                  .object = TEXT("citizen"),
                                  .object_id = ids[i] ? text_of(ids[i]) : TEXT_ABSENT,
                                  .mapped_object = TEXT("contact"),
                                  .mapped_id = text_of(mapped[i]),
                                  .changed_at = INSTANT_NONE,
                                  .fields = world->values,
                                  .field_count = FIELDS,
                                  .deletion = i == 3};
        if (order_add(i < CHANGES ? world->order : world->other, &world->changes[i], error))
            return false;
    }
    return true;
}

static int prepare(lua_State *L)
{
    struct world *const world = lua_touserdata(L, 1);
    script_bind(&world->script, L);
    binding_json_open(L);
    binding_order_open(L);
    return 0;
}

enum { AT_CALLS = 1, AT_ORDER, AT_OTHER, AT_CALL };

/* Push change `number` (from 1); nil if there is none. */
static void push_numbered(lua_State *L, struct world *world, lua_Integer number)
{
    if (number >= 1 && number <= CHANGES + STRANGERS)
        binding_change_push(L, number <= CHANGES ? AT_ORDER : AT_OTHER,
                            &world->changes[number - 1]);
    else
        lua_pushnil(L);
}

/* The text of the bytes in the list on top. */
static void push_bytes(lua_State *L)
{
    const int list = lua_gettop(L);
    char bytes[MOST_BYTES];
    size_t length = 0;
    for (; length < MOST_BYTES && length < lua_rawlen(L, list); length++) {
        lua_rawgeti(L, list, (lua_Integer)length + 1);
        bytes[length] = (char)(lua_tointeger(L, -1) & 0xff);
        lua_pop(L, 1);
    }
    lua_pushlstring(L, bytes, length);
}

/* Replace the value on top by what it stands for. */
static void resolve(lua_State *L, struct world *world)
{
    const int argument = lua_gettop(L);
    if (!lua_istable(L, argument))
        return;
    if (lua_getfield(L, argument, "change") == LUA_TNUMBER) {
        push_numbered(L, world, lua_tointeger(L, -1));
        lua_replace(L, argument);
    } else if (lua_getfield(L, argument, "bytes") == LUA_TTABLE) {
        push_bytes(L);
        lua_replace(L, argument);
    }
    lua_settop(L, argument);
}

static void run_iterator(lua_State *L)
{
    for (int step = 0; step < MOST_STEPS; step++) {
        lua_pushvalue(L, -1);
        if (lua_pcall(L, 0, 1, 0) != LUA_OK || lua_isnil(L, -1))
            return;
        lua_pop(L, 1);
    }
}

/* The call at AT_CALL: its method may be unknown, its arguments anything. */
static void make_call(lua_State *L, struct world *world)
{
    if (!lua_istable(L, AT_CALL))
        return;
    if (lua_rawgeti(L, AT_CALL, 1) == LUA_TNUMBER)
        push_numbered(L, world, lua_tointeger(L, -1));
    else
        lua_pushvalue(L, AT_ORDER);
    const int self = lua_gettop(L);
    if (!lua_isuserdata(L, self) || lua_rawgeti(L, AT_CALL, 2) != LUA_TSTRING)
        return;
    /* What a script writes as self.name: a method, or a property that may raise. */
    lua_getglobal(L, "get");
    lua_pushvalue(L, self);
    lua_pushvalue(L, self + 1);
    if (lua_pcall(L, 2, 1, 0) != LUA_OK || !lua_isfunction(L, -1))
        return;
    const int function = lua_gettop(L);
    lua_pushvalue(L, self);
    for (lua_Integer i = 3; i <= (lua_Integer)lua_rawlen(L, AT_CALL) && i <= MOST_ARGUMENTS; i++) {
        lua_rawgeti(L, AT_CALL, i);
        resolve(L, world);
    }
    if (lua_pcall(L, lua_gettop(L) - function, 1, 0) == LUA_OK && lua_isfunction(L, -1))
        run_iterator(L);
}

static int get(lua_State *L)
{
    lua_gettable(L, 1);
    return 1;
}

static void make_all(lua_State *L, struct world *world)
{
    const lua_Integer count = lua_istable(L, AT_CALLS) ? (lua_Integer)lua_rawlen(L, AT_CALLS) : 0;
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, AT_CALLS, i);
        make_call(L, world);
        lua_settop(L, AT_OTHER);
    }
}

static int make_calls(lua_State *L)
{
    struct world *const world = lua_touserdata(L, 1);
    struct order_handle *order = NULL, *other = NULL;
    lua_settop(L, 0);
    binding_json_decode(L, world->input);
    binding_order_push(L, world->order, &order);
    binding_order_push(L, world->other, &other);
    lua_pushcfunction(L, get);
    lua_setglobal(L, "get");
    make_all(L, world);
    order->order = other->order = NULL;
    world->ended = true;
    make_all(L, world);
    return 0;
}

/* A sum over all bytes: they are there. */
static size_t read_all(struct text text)
{
    size_t sum = 0;
    for (size_t i = 0; i < text.length; i++)
        sum += (unsigned char)text.bytes[i];
    return sum;
}

static void check_answer(const struct order_answer *answer)
{
    const volatile size_t sum = read_all(answer->object) + read_all(answer->id) +
                                read_all(answer->old_object) + read_all(answer->old_id) +
                                read_all(answer->message);
    (void)sum;
    switch (answer->kind) {
    case ANSWER_CREATED:
        if (text_is_empty(answer->object) || text_is_empty(answer->id))
            abort();
        break;
    case ANSWER_REMAPPED:
        if (text_is_empty(answer->object) || text_is_empty(answer->old_object))
            abort();
        break;
    case ANSWER_ISSUE:
        if (text_is_absent(answer->message))
            abort();
        break;
    case ANSWER_UPDATED:
    case ANSWER_DELETED:
    case ANSWER_RETRY:
        break;
    }
}

static void check_changes(const struct world *world)
{
    size_t found = 0;
    for (size_t i = 0; i < CHANGES + STRANGERS; i++) {
        for (const struct order_answer *answer = world->changes[i].answers; answer;
             answer = answer->next) {
            check_answer(answer);
            found++;
        }
    }
    if (found != world->heard)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const struct sandbox_options options = {.name = "fuzz"};
    struct world world = {.arena = arena_new(0), .input = {(const char *)bytes, length}};
    struct error error = {0};
    for (size_t i = 0; i < PART_COUNT; i++)
        world.script.parts[i] = LUA_NOREF;
    if (!world.arena || !make_manual(&world, &error) || !make_orders(&world, &error) ||
        sandbox_new(&options, &world.script.sandbox, &error) ||
        sandbox_protect(world.script.sandbox, prepare, &world, &error))
        abort();
    (void)!sandbox_protect(world.script.sandbox, make_calls, &world, &error); /* no JSON: as good */
    sandbox_free(world.script.sandbox);
    check_changes(&world);
    arena_free(world.arena);
    return 0;
}
