/* Reads tables key by key and knows the place of each, so that a mistake names its line. */
#include "script/configuration/reader.h"

#include "script/configuration/configuration_keys.h"
#include "script/configuration/lua_text.h"

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

void reader_end(struct reader *reader, size_t mark)
{
    lua_pop(reader->state, 1);
    reader_leave(reader, mark);
}

void reader_place(const struct reader *reader, char place[READER_PLACE])
{
    const size_t line = lua_text_line(reader->source, reader->key);
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
    return convert_push_member(reader->state, -1, key);
}

struct text reader_copy(const struct reader *reader, struct text text)
{
    return convert_keep(reader->state, reader->arena, text);
}

bool reader_boolean(struct reader *reader, const char *key, bool otherwise)
{
    const size_t mark = reader_enter(reader, key);
    const int type = reader_push(reader, key);
    if (type != LUA_TNIL && type != LUA_TBOOLEAN)
        reader_fail(reader, "must be true or false, not a %s", luaL_typename(reader->state, -1));
    const bool value = type == LUA_TNIL ? otherwise : lua_toboolean(reader->state, -1) != 0;
    reader_end(reader, mark);
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
    reader_end(reader, mark);
    return value;
}

void reader_unsigned(struct reader *reader, const char *key, double least, double most,
                     unsigned *value)
{
    *value = (unsigned)reader_number(reader, key, least, most, *value);
}

void reader_seconds(struct reader *reader, const char *key, double least, double most, int64_t *ms)
{
    *ms = (int64_t)(1000 * reader_number(reader, key, least, most, (double)*ms / 1000));
}

struct text reader_text(struct reader *reader, const char *key)
{
    const size_t mark = reader_enter(reader, key);
    const int type = reader_push(reader, key);
    if (type != LUA_TNIL && type != LUA_TSTRING)
        reader_fail(reader, "must be a text, not a %s", luaL_typename(reader->state, -1));
    const struct text text =
        type == LUA_TNIL ? TEXT_ABSENT : reader_copy(reader, convert_text_at(reader->state, -1));
    reader_end(reader, mark);
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
    reader_end(reader, mark);
    return choice;
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
    struct text *const keys = reader_array(reader, *count, sizeof *keys);
    size_t i = 0;
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        lua_pop(L, 1);
        keys[i++] = reader_copy(reader, convert_text_at(L, -1));
    }
    text_sort(keys, *count);
    return keys;
}

void reader_keys(struct reader *reader, const char *table)
{
    /* At the top of an integration's file scripts have their own settings, so it is never
     * checked. */
    const enum configuration_keys_file file = *table ? KEYS_BOTH : KEYS_GENERAL;
    size_t count = 0;
    const struct text *const keys = reader_sorted_keys(reader, &count);
    for (size_t i = 0; i < count; i++) {
        if (!configuration_keys_have(table, file, keys[i].bytes)) {
            reader->number = ERROR_NUMBER_SETTING;
            reader_fail(reader, "'%s' is not a setting here", keys[i].bytes);
        }
    }
}

void *reader_array(struct reader *reader, size_t count, size_t size)
{
    void *const array = arena_array(reader->arena, count, size);
    if (!array)
        reader_fail(reader, "is too large");
    return array;
}

void *reader_each(struct reader *reader, size_t size, reader_item *read, size_t *count)
{
    const struct text *const names = reader_sorted_keys(reader, count);
    char *const items = reader_array(reader, *count, size);
    for (size_t i = 0; i < *count; i++) {
        const size_t mark = reader_enter(reader, names[i].bytes);
        reader_push(reader, names[i].bytes);
        read(reader, names[i], items + i * size);
        reader_end(reader, mark);
    }
    return items;
}

struct text *reader_texts(struct reader *reader, const char *what, size_t *count)
{
    *count = lua_rawlen(reader->state, -1);
    struct text *const texts = reader_array(reader, *count, sizeof *texts);
    for (size_t i = 0; i < *count; i++) {
        if (lua_rawgeti(reader->state, -1, (lua_Integer)i + 1) != LUA_TSTRING)
            reader_fail(reader, "entry %zu must be %s", i + 1, what);
        texts[i] = reader_copy(reader, convert_text_at(reader->state, -1));
        lua_pop(reader->state, 1);
    }
    return texts;
}

void reader_section(struct reader *reader, const char *key, const char *expected, reader_part *read,
                    void *out)
{
    const size_t mark = reader_enter(reader, key);
    const int type = reader_push(reader, key);
    if (type == LUA_TTABLE)
        read(reader, out);
    else if (type != LUA_TNIL && expected)
        reader_fail(reader, "must be %s", expected);
    else if (type != LUA_TNIL)
        reader_fail(reader, "must be a table, not a %s", luaL_typename(reader->state, -1));
    reader_end(reader, mark);
}

/* ---------------------------------------------------------------- keys of both files */

static void read_judge(struct reader *reader, void *out)
{
    lua_State *const L = reader->state;
    struct judge *const judge = out;
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
}

static void read_guards(struct reader *reader, void *out)
{
    struct run_settings *const settings = out;
    reader_keys(reader, "brakes");
    settings->mass_share = reader_number(reader, "mass_share", 0, 1, settings->mass_share);
    reader_unsigned(reader, "mass_minimum", 0, 1e9, &settings->mass_minimum);
    settings->outage_share = reader_number(reader, "outage_share", 0, 1, settings->outage_share);
    reader_unsigned(reader, "outage_minimum", 0, 1e9, &settings->outage_minimum);
}

static void read_keep(struct reader *reader, void *out)
{
    struct run_settings *const settings = out;
    reader_keys(reader, "keep");
    reader_unsigned(reader, "days", 1, 36500, &settings->keep_days);
    reader_unsigned(reader, "runs", 1, 1e6, &settings->keep_runs);
}

/* distinguish = { contact = { "firstname", "lastname" } } */
static void read_distinguishing(struct reader *reader, struct text object, void *item)
{
    struct distinguishing *const kind = item;
    if (!lua_istable(reader->state, -1))
        reader_fail(reader, "must be a list of fields such as { \"firstname\", \"lastname\" }");
    kind->object = object;
    kind->fields = reader_texts(reader, "the name of a field", &kind->count);
}

static void read_distinguish(struct reader *reader, void *out)
{
    struct run_settings *const settings = out;
    settings->distinguish = reader_each(reader, sizeof *settings->distinguish, read_distinguishing,
                                        &settings->distinguish_count);
}

void reader_run_settings(struct reader *reader, struct run_settings *settings)
{
    static const char *const ties[] = {"nobody", "internal", "integration", NULL};
    static const char *const edits[] = {"hold", "delete", "restore", NULL};
    static const char *const first_links[] = {"newest", "internal", "integration", "hold", NULL};
    reader_section(reader, "judge", "a list such as { \"base\", \"hard\", \"best\", \"fuzzy\" }",
                   read_judge, &settings->judge);
    settings->on_tie =
        (enum tie_policy)reader_choice_at(reader, "on_tie", ties, (int)settings->on_tie);
    settings->first_link = (enum first_link)reader_choice_at(reader, "first_link", first_links,
                                                             (int)settings->first_link);
    reader_seconds(reader, "overlap_seconds", 0, 1e7, &settings->overlap_ms);
    reader_unsigned(reader, "page_full", 1, 100000, &settings->page_full);
    reader_unsigned(reader, "page_partial", 1, 100000, &settings->page_partial);
    reader_unsigned(reader, "retries", 1, 1e6, &settings->retries);
    reader_unsigned(reader, "run_minutes", 1, 1e6, &settings->run_minutes);
    settings->on_deleted_and_edited = (enum edited_policy)reader_choice_at(
        reader, "on_deleted_and_edited", edits, (int)settings->on_deleted_and_edited);
    reader_section(reader, "distinguish", "a table such as { contact = { \"firstname\" } }",
                   read_distinguish, settings);
    reader_section(reader, "brakes", "a table", read_guards, settings);
    reader_section(reader, "keep", "a table such as { days = 30, runs = 200 }", read_keep,
                   settings);
}
