/* http_rates: { search = 1, tokens = 20 } and { policyName = { SECONDLY = 1 }, retry_in = true }.
 */
#include "script/bindings/http_rates.h"

#include "script/bindings/bindings.h"

static double amount_at(lua_State *L, const char *what)
{
    const double amount = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : -1;
    if (!(amount >= 0 && amount <= 1e9))
        luaL_error(L, "%s must be numbers from 0", what);
    return amount;
}

/* The next pair of the table at `index`; its name stays on the stack below key and value. */
static bool next_pair(lua_State *L, int index, const char *what, struct text *name)
{
    luaL_checkstack(L, 8, what);
    if (lua_next(L, index) == 0)
        return false;
    if (lua_type(L, -2) != LUA_TSTRING)
        luaL_error(L, "the names in '%s' must be texts", what);
    *name = convert_text_at(L, -2);
    return true;
}

/* The table of an option; false if it is not given. Leaves it on the stack: names live in it. */
static bool push_table(lua_State *L, int options, const char *name)
{
    luaL_checkstack(L, 8, name);
    if (convert_push_member(L, options, name) == LUA_TNIL) {
        lua_pop(L, 1);
        return false;
    }
    if (!lua_istable(L, -1))
        luaL_error(L, "'%s' must be a table", name);
    sandbox_push_real(L, -1);
    return true;
}

static void read_costs(lua_State *L, int options, struct http_cost *costs, size_t *count)
{
    struct text name = TEXT_ABSENT;
    if (!push_table(L, options, "costs"))
        return;
    const int table = lua_gettop(L);
    lua_pushnil(L);
    while (next_pair(L, table, "costs", &name)) {
        if (*count == HTTP_RATES_COSTS)
            luaL_error(L, "a request uses at most %d buckets", HTTP_RATES_COSTS);
        costs[(*count)++] = (struct http_cost){name, amount_at(L, "'costs'")};
        lua_pop(L, 1);
    }
}

static void add_wait(lua_State *L, struct http_told_wait *waits, size_t *count,
                     struct http_told_wait wait)
{
    if (*count == HTTP_RATES_WAITS)
        luaL_error(L, "a request has at most %d 'waits'", HTTP_RATES_WAITS);
    waits[(*count)++] = wait;
}

static void read_waits(lua_State *L, int options, struct http_told_wait *waits, size_t *count)
{
    struct text member = TEXT_ABSENT, word = TEXT_ABSENT;
    if (!push_table(L, options, "waits"))
        return;
    const int table = lua_gettop(L);
    lua_pushnil(L);
    while (next_pair(L, table, "waits", &member)) {
        if (lua_istable(L, -1)) {
            sandbox_push_real(L, -1);
            const int words = lua_gettop(L);
            lua_pushnil(L);
            while (next_pair(L, words, "waits", &word)) {
                const double seconds = amount_at(L, "'waits'");
                add_wait(L, waits, count,
                         (struct http_told_wait){member, word, (int64_t)(seconds * 1000)});
                lua_pop(L, 1);
            }
            lua_pop(L, 1);
        } else {
            add_wait(L, waits, count, (struct http_told_wait){member, TEXT_ABSENT, 0});
        }
        lua_pop(L, 1);
    }
}

void http_rates_read(lua_State *L, int options, struct http_rates *rates,
                     struct http_request *request)
{
    request->costs = rates->costs;
    request->waits = rates->waits;
    read_costs(L, options, rates->costs, &request->cost_count);
    read_waits(L, options, rates->waits, &request->wait_count);
}

static double number_option(lua_State *L, int index, const char *name, double otherwise)
{
    const int type = convert_push_member(L, index, name);
    if (type == LUA_TNIL) {
        lua_pop(L, 1);
        return otherwise;
    }
    const double number = type == LUA_TNUMBER ? lua_tonumber(L, -1) : -1;
    if (!(number >= 0 && number <= 1e15))
        luaL_error(L, "'%s' must be a number from 0", name);
    lua_pop(L, 1);
    return number;
}

void http_rates_told(lua_State *L, int index, struct rate_told *told)
{
    static const char *const keys[] = {"bucket", "limit", "remaining", "resets_in", NULL};
    luaL_checktype(L, index, LUA_TTABLE);
    convert_check_keys(L, index, keys, "what is told of a limit");
    told->limit = number_option(L, index, "limit", 0);
    told->remaining = number_option(L, index, "remaining", 0);
    told->resets_in_ms = (int64_t)(number_option(L, index, "resets_in", 0) * 1000);
    told->bucket = TEXT_ABSENT;
    if (convert_push_member(L, index, "bucket") != LUA_TNIL) {
        luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, index, "'bucket' must be a text");
        told->bucket = convert_text_at(L, -1);
    }
}
