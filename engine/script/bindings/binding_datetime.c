/*
 * datetime: instants as ISO text, UTC only.
 *
 *   parse(text or number) -> "2026-03-10T12:00:00Z" or nil
 *   format(time, layout?) -> text; layout: "iso" (default), "date", "human", or %Y %m %d %H %M %S
 * %L now() -> ISO text add(time, amount, unit) -> ISO text; milliseconds, seconds, minutes, hours,
 * days, weeks to_epoch(time) -> seconds (a float if there are milliseconds), to_epoch_ms(time) ->
 * integer from_epoch(seconds), from_epoch_ms(milliseconds) -> ISO text compare(a, b) -> -1, 0, 1
 */
#include <math.h>
#include <string.h>

#include "script/bindings/bindings.h"

static const instant earliest = INT64_C(-62135596800000); /* 0001-01-01 */
static const instant latest = INT64_C(253402300799999);   /* 9999-12-31 */

static instant check_instant(lua_State *L, int index)
{
    const instant at = convert_read_instant(L, index, "the time");
    if (at == INSTANT_NONE)
        luaL_argerror(L, index, "a time expected");
    return at;
}

static int push_checked(lua_State *L, double milliseconds)
{
    if (!(milliseconds >= (double)earliest && milliseconds <= (double)latest))
        return luaL_error(L, "the time is outside of the years 1 to 9999");
    convert_push_instant(L, (instant)milliseconds);
    return 1;
}

static int datetime_parse(lua_State *L)
{
    instant at = INSTANT_NONE;
    convert_push_instant(L, convert_try_instant(L, 1, &at) ? at : INSTANT_NONE);
    return 1;
}

static int datetime_now(lua_State *L)
{
    const struct script *const script = script_of(L);
    if (!script->options.now)
        return luaL_error(L, "datetime.now is not available here");
    convert_push_instant(L, script->options.now(script->options.now_context));
    return 1;
}

static void add_part(lua_State *L, luaL_Buffer *out, char part, instant at)
{
    const struct calendar_date date = instant_date_of(at);
    const int64_t of_day = at - instant_of_date(date);
    const struct {
        char letter;
        int digits;
        int64_t number;
    } parts[] = {
        {'Y', 4, date.year},        {'m', 2, date.month},          {'d', 2, date.day},
        {'H', 2, of_day / 3600000}, {'M', 2, of_day / 60000 % 60}, {'S', 2, of_day / 1000 % 60},
        {'L', 3, of_day % 1000}};
    char text[16] = "%";
    size_t i = 0;
    while (i < sizeof parts / sizeof *parts && parts[i].letter != part)
        i++;
    if (i < sizeof parts / sizeof *parts)
        (void)snprintf(text, sizeof text, "%0*d", parts[i].digits, (int)parts[i].number);
    else if (part != '%')
        luaL_error(L, "datetime.format knows %%Y %%m %%d %%H %%M %%S %%L, not '%%%c'", part);
    luaL_addstring(out, text);
}

static int datetime_format(lua_State *L)
{
    const instant at = check_instant(L, 1);
    const char *layout = luaL_optstring(L, 2, "iso");
    if (strcmp(layout, "iso") == 0) {
        convert_push_instant(L, at);
        return 1;
    }
    if (strcmp(layout, "date") == 0)
        layout = "%Y-%m-%d";
    else if (strcmp(layout, "human") == 0)
        layout = "%Y-%m-%d %H:%M:%S";
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    for (; *layout != '\0'; layout++) {
        if (*layout != '%') {
            luaL_addchar(&out, *layout);
            continue;
        }
        layout++;
        if (*layout == '\0')
            return luaL_error(L, "the layout ends with '%%'");
        add_part(L, &out, *layout, at);
    }
    luaL_pushresult(&out);
    return 1;
}

static int datetime_add(lua_State *L)
{
    static const char *const units[] = {"milliseconds", "seconds", "minutes", "hours",
                                        "days",         "weeks",   NULL};
    static const double lengths[] = {1, 1000, 60000, 3600000, 86400000, 604800000};
    const instant at = check_instant(L, 1);
    const double amount = luaL_checknumber(L, 2);
    const int unit = luaL_checkoption(L, 3, "seconds", units);
    return push_checked(L, (double)at + trunc(amount * lengths[unit]));
}

static int datetime_to_epoch(lua_State *L)
{
    const instant at = check_instant(L, 1);
    if (at % 1000 == 0)
        lua_pushinteger(L, at / 1000);
    else
        lua_pushnumber(L, (double)at / 1000);
    return 1;
}

static int datetime_to_epoch_ms(lua_State *L)
{
    lua_pushinteger(L, check_instant(L, 1));
    return 1;
}

static int datetime_from_epoch(lua_State *L)
{
    return push_checked(L, trunc(luaL_checknumber(L, 1) * 1000));
}

static int datetime_from_epoch_ms(lua_State *L)
{
    return push_checked(L, trunc(luaL_checknumber(L, 1)));
}

static int datetime_compare(lua_State *L)
{
    const instant left = check_instant(L, 1);
    const instant right = check_instant(L, 2);
    lua_pushinteger(L, left < right ? -1 : left > right);
    return 1;
}

void binding_datetime_open(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"parse", datetime_parse},
        {"format", datetime_format},
        {"now", datetime_now},
        {"add", datetime_add},
        {"to_epoch", datetime_to_epoch},
        {"to_epoch_ms", datetime_to_epoch_ms},
        {"from_epoch", datetime_from_epoch},
        {"from_epoch_ms", datetime_from_epoch_ms},
        {"compare", datetime_compare},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    sandbox_set_library(L, "datetime");
}
