/* Reads tables key by key and knows the place of each, so that a mistake names its line. */
#include "script/configuration/reader.h"

#include "script/configuration/configuration_keys.h"
#include "script/configuration/configuration_place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- places */

size_t reader_enter(struct reader *reader, const char *key)
{
    const size_t mark = strlen(reader->key);
    (void)snprintf(reader->key + mark, sizeof reader->key - mark, "%s%s", mark > 0 ? "." : "", key);
    return mark;
}

void reader_leave(struct reader *reader, size_t mark)
{
    reader->key[mark] = '\0';
}

void reader_place(const struct reader *reader, char place[READER_PLACE])
{
    const size_t line = configuration_place(reader->source, reader->key);
    if (reader->key[0] == '\0')
        (void)snprintf(place, READER_PLACE, "%s", reader->path);
    else if (line == 0)
        (void)snprintf(place, READER_PLACE, "%s: %s", reader->path, reader->key);
    else
        (void)snprintf(place, READER_PLACE, "%s:%zu: %s", reader->path, line, reader->key);
}

void reader_fail(const struct reader *reader, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    char place[READER_PLACE];
    reader_place(reader, place);
    luaL_error(reader->state, "%s: %s", place, message);
}

/* ---------------------------------------------------------------- values */

int reader_push(const struct reader *reader, const char *key)
{
    luaL_checkstack(reader->state, 8, "configuration");
    lua_pushstring(reader->state, key);
    return lua_rawget(reader->state, -2);
}

struct text reader_copy(const struct reader *reader, struct text text)
{
    struct text copy = TEXT_ABSENT;
    struct error error;
    convert_raise_if(reader->state, text_copy(reader->arena, text, &copy, &error), &error);
    return copy;
}

bool reader_boolean(struct reader *reader, const char *key, bool otherwise)
{
    const size_t mark = reader_enter(reader, key);
    const int type = reader_push(reader, key);
    if (type != LUA_TNIL && type != LUA_TBOOLEAN)
        reader_fail(reader, "must be true or false, not a %s", luaL_typename(reader->state, -1));
    const bool value = type == LUA_TNIL ? otherwise : lua_toboolean(reader->state, -1) != 0;
    lua_pop(reader->state, 1);
    reader_leave(reader, mark);
    return value;
}

double reader_number(struct reader *reader, const char *key, double least, double most,
                     double otherwise)
{
    const size_t mark = reader_enter(reader, key);
    const int type = reader_push(reader, key);
    if (type != LUA_TNIL && type != LUA_TNUMBER)
        reader_fail(reader, "must be a number, not a %s", luaL_typename(reader->state, -1));
    const double value = type == LUA_TNIL ? otherwise : lua_tonumber(reader->state, -1);
    if (type != LUA_TNIL && !(value >= least && value <= most))
        reader_fail(reader, "must be from %g to %g, not %g", least, most, value);
    lua_pop(reader->state, 1);
    reader_leave(reader, mark);
    return value;
}

struct text reader_text(struct reader *reader, const char *key)
{
    const size_t mark = reader_enter(reader, key);
    const int type = reader_push(reader, key);
    if (type != LUA_TNIL && type != LUA_TSTRING)
        reader_fail(reader, "must be a text, not a %s", luaL_typename(reader->state, -1));
    const struct text text =
        type == LUA_TNIL ? TEXT_ABSENT : reader_copy(reader, convert_text_at(reader->state, -1));
    lua_pop(reader->state, 1);
    reader_leave(reader, mark);
    return text;
}

int reader_choice(struct reader *reader, const char *const *names)
{
    char all[256] = "";
    const char *const given = lua_type(reader->state, -1) == LUA_TSTRING
                                  ? lua_tostring(reader->state, -1)
                                  : luaL_typename(reader->state, -1);
    for (int i = 0; names[i]; i++) {
        if (lua_type(reader->state, -1) == LUA_TSTRING && strcmp(names[i], given) == 0)
            return i;
        const size_t length = strlen(all);
        (void)snprintf(all + length, sizeof all - length, "%s'%s'", i > 0 ? ", " : "", names[i]);
    }
    reader_fail(reader, "must be one of %s, not '%s'", all, given);
    return -1;
}

int reader_choice_at(struct reader *reader, const char *key, const char *const *names,
                     int otherwise)
{
    const size_t mark = reader_enter(reader, key);
    const int choice =
        reader_push(reader, key) == LUA_TNIL ? otherwise : reader_choice(reader, names);
    lua_pop(reader->state, 1);
    reader_leave(reader, mark);
    return choice;
}

void reader_keys(struct reader *reader, const char *table)
{
    lua_State *const L = reader->state;
    /* At the top of an integration's file scripts have their own settings, so it is never
     * checked. */
    const enum configuration_keys_file file = *table ? KEYS_BOTH : KEYS_GENERAL;
    luaL_checkstack(L, 4, "configuration");
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            reader_fail(reader, "has an entry without a name, write 'name = value'");
        if (!configuration_keys_have(table, file, lua_tostring(L, -1))) {
            reader->number = ERROR_NUMBER_SETTING;
            reader_fail(reader, "'%s' is not a setting here", lua_tostring(L, -1));
        }
    }
}

static int compare_keys(const void *left, const void *right)
{
    const struct text *const a = left;
    const struct text *const b = right;
    return text_compare(*a, *b);
}

struct text *reader_sorted_keys(struct reader *reader, size_t *count)
{
    lua_State *const L = reader->state;
    luaL_checkstack(L, 4, "configuration");
    *count = 0;
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            reader_fail(reader, "has an entry without a name, write 'name = value'");
        (*count)++;
    }
    struct text *const keys = ARENA_ARRAY(reader->arena, *count, struct text);
    if (!keys)
        reader_fail(reader, "is too large");
    size_t i = 0;
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        lua_pop(L, 1);
        keys[i++] = reader_copy(reader, convert_text_at(L, -1));
    }
    if (*count > 0)
        qsort(keys, *count, sizeof *keys, compare_keys);
    return keys;
}

bool reader_begin_section(struct reader *reader, const char *key, const char *expected,
                          size_t *mark)
{
    *mark = reader_enter(reader, key);
    const int type = reader_push(reader, key);
    if (type != LUA_TNIL && type != LUA_TTABLE)
        reader_fail(reader, "must be %s", expected);
    if (type == LUA_TTABLE)
        return true;
    lua_pop(reader->state, 1);
    reader_leave(reader, *mark);
    return false;
}

void reader_end_section(struct reader *reader, size_t mark)
{
    lua_pop(reader->state, 1);
    reader_leave(reader, mark);
}

/* ---------------------------------------------------------------- keys of both files */

static void read_judge(struct reader *reader, struct judge *judge)
{
    lua_State *const L = reader->state;
    size_t mark = 0;
    if (!reader_begin_section(reader, "judge",
                              "a list such as { \"base\", \"hard\", \"best\", \"fuzzy\" }", &mark))
        return;
    const size_t count = lua_rawlen(L, -1);
    if (count == 0 || count > JUDGE_MODE_COUNT)
        reader_fail(reader, "must list 1 to %d modes", JUDGE_MODE_COUNT);
    judge->mode_count = 0;
    for (size_t i = 0; i < count; i++) {
        enum judge_mode mode = JUDGE_BASE;
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        if (lua_type(L, -1) != LUA_TSTRING || !judge_mode_of_name(convert_text_at(L, -1), &mode))
            reader_fail(reader, "entry %zu must be 'base', 'hard', 'best' or 'fuzzy'", i + 1);
        for (size_t before = 0; before < judge->mode_count; before++) {
            if (judge->modes[before] == mode)
                reader_fail(reader, "names '%s' twice", judge_mode_name(mode));
        }
        judge->modes[judge->mode_count++] = mode;
        lua_pop(L, 1);
    }
    reader_end_section(reader, mark);
}

static void read_guards(struct reader *reader, struct run_settings *settings)
{
    size_t mark = 0;
    if (!reader_begin_section(reader, "brakes", "a table", &mark))
        return;
    reader_keys(reader, "brakes");
    settings->mass_share = reader_number(reader, "mass_share", 0, 1, settings->mass_share);
    settings->mass_minimum =
        (unsigned)reader_number(reader, "mass_minimum", 0, 1e9, settings->mass_minimum);
    settings->outage_share = reader_number(reader, "outage_share", 0, 1, settings->outage_share);
    settings->outage_minimum =
        (unsigned)reader_number(reader, "outage_minimum", 0, 1e9, settings->outage_minimum);
    reader_end_section(reader, mark);
}

static void read_keep(struct reader *reader, struct run_settings *settings)
{
    size_t mark = 0;
    if (!reader_begin_section(reader, "keep", "a table such as { days = 30, runs = 200 }", &mark))
        return;
    reader_keys(reader, "keep");
    settings->keep_days = (unsigned)reader_number(reader, "days", 1, 36500, settings->keep_days);
    settings->keep_runs = (unsigned)reader_number(reader, "runs", 1, 1e6, settings->keep_runs);
    reader_end_section(reader, mark);
}

/* distinguish = { contact = { "firstname", "lastname" } } */
static void read_distinguishing(struct reader *reader, struct text object,
                                struct distinguishing *kind)
{
    const size_t mark = reader_enter(reader, object.bytes);
    if (reader_push(reader, object.bytes) != LUA_TTABLE)
        reader_fail(reader, "must be a list of fields such as { \"firstname\", \"lastname\" }");
    const size_t count = lua_rawlen(reader->state, -1);
    struct text *const fields = ARENA_ARRAY(reader->arena, count, struct text);
    if (!fields)
        reader_fail(reader, "is too large");
    for (size_t i = 0; i < count; i++) {
        if (lua_rawgeti(reader->state, -1, (lua_Integer)i + 1) != LUA_TSTRING)
            reader_fail(reader, "entry %zu must be the name of a field", i + 1);
        fields[i] = reader_copy(reader, convert_text_at(reader->state, -1));
        lua_pop(reader->state, 1);
    }
    *kind = (struct distinguishing){.object = object, .fields = fields, .count = count};
    lua_pop(reader->state, 1);
    reader_leave(reader, mark);
}

static void read_distinguish(struct reader *reader, struct run_settings *settings)
{
    size_t mark = 0;
    if (!reader_begin_section(reader, "distinguish",
                              "a table such as { contact = { \"firstname\" } }", &mark))
        return;
    size_t count = 0;
    const struct text *const objects = reader_sorted_keys(reader, &count);
    struct distinguishing *const kinds = ARENA_ARRAY(reader->arena, count, struct distinguishing);
    if (!kinds)
        reader_fail(reader, "is too large");
    for (size_t i = 0; i < count; i++)
        read_distinguishing(reader, objects[i], &kinds[i]);
    settings->distinguish = kinds;
    settings->distinguish_count = count;
    reader_end_section(reader, mark);
}

void reader_run_settings(struct reader *reader, struct run_settings *settings)
{
    static const char *const ties[] = {"nobody", "internal", "integration", NULL};
    static const char *const edits[] = {"hold", "delete", "restore", NULL};
    static const char *const first_links[] = {"newest", "internal", "integration", "hold", NULL};
    read_judge(reader, &settings->judge);
    settings->on_tie =
        (enum tie_policy)reader_choice_at(reader, "on_tie", ties, (int)settings->on_tie);
    settings->first_link = (enum first_link)reader_choice_at(reader, "first_link", first_links,
                                                             (int)settings->first_link);
    settings->overlap_ms = (int64_t)(1000 * reader_number(reader, "overlap_seconds", 0, 1e7,
                                                          (double)settings->overlap_ms / 1000));
    settings->page_full =
        (unsigned)reader_number(reader, "page_full", 1, 100000, settings->page_full);
    settings->page_partial =
        (unsigned)reader_number(reader, "page_partial", 1, 100000, settings->page_partial);
    settings->retries = (unsigned)reader_number(reader, "retries", 1, 1e6, settings->retries);
    settings->run_minutes =
        (unsigned)reader_number(reader, "run_minutes", 1, 1e6, settings->run_minutes);
    settings->on_deleted_and_edited = (enum edited_policy)reader_choice_at(
        reader, "on_deleted_and_edited", edits, (int)settings->on_deleted_and_edited);
    read_distinguish(reader, settings);
    read_guards(reader, settings);
    read_keep(reader, settings);
}
