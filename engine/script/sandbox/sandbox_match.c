/* The matcher of Lua patterns, with every step counted. */
#include "script/sandbox/sandbox_match.h"

#include <ctype.h>
#include <lauxlib.h>
#include <string.h>

#include "script/sandbox/sandbox.h"

enum { ESCAPE = '%', STEPS_PER_CHARGE = 1024 };

void sandbox_match_start(struct match *match, lua_State *state, const char *subject, size_t length,
                         const char *pattern_end)
{
    match->state = state;
    match->subject = subject;
    match->subject_end = subject + length;
    match->pattern_end = pattern_end;
    match->steps = 0;
}

static const char *match_at(struct match *match, const char *at, const char *pattern);

static void count_steps(struct match *match, size_t steps)
{
    match->steps += steps;
    if (match->steps >= STEPS_PER_CHARGE) {
        const size_t charged = match->steps;
        match->steps = 0;
        sandbox_charge(match->state, charged);
    }
}

/* ---------------------------------------------------------------- one character */

/* The end of the single-character item that starts at `item`. */
static const char *item_end(struct match *match, const char *item)
{
    const char *const end = match->pattern_end;
    if (*item == ESCAPE) {
        if (item + 1 >= end)
            luaL_error(match->state, "malformed pattern (ends with '%%')");
        return item + 2;
    }
    if (*item != '[')
        return item + 1;
    const char *at = item + 1;
    if (at < end && *at == '^')
        at++;
    for (bool first = true;; first = false) {
        if (at >= end)
            luaL_error(match->state, "malformed pattern (missing ']')");
        if (*at == ']' && !first)
            return at + 1;
        if (*at == ESCAPE)
            at++; /* an escaped character does not end the set */
        at++;
    }
}

static int is_nul(int character)
{
    return character == 0;
}

static bool is_in_class(int character, int class)
{
    static int (*const classes['z' + 1])(int) = {
        ['a'] = isalpha, ['c'] = iscntrl,  ['d'] = isdigit, ['g'] = isgraph,
        ['l'] = islower, ['p'] = ispunct,  ['s'] = isspace, ['u'] = isupper,
        ['w'] = isalnum, ['x'] = isxdigit, ['z'] = is_nul /* from before a pattern could hold one */
    };
    const int letter = tolower(class);
    if (letter > 'z' || !classes[letter])
        return class == character;
    return (classes[letter](character) != 0) != (isupper(class) != 0);
}

/* `set` points at '[', `close` at its ']'. */
static bool is_in_set(int character, const char *set, const char *close)
{
    const char *at = set + 1;
    const bool negated = *at == '^';
    if (negated)
        at++;
    while (at < close) {
        if (*at == ESCAPE) { /* in "[a-%%]" the second one escapes the bracket, as in Lua */
            if (is_in_class(character, (unsigned char)at[1]))
                return !negated;
            at += 2;
        } else if (at + 2 < close && at[1] == '-') {
            if ((unsigned char)at[0] <= character && character <= (unsigned char)at[2])
                return !negated;
            at += 3;
        } else {
            if ((unsigned char)*at == character)
                return !negated;
            at++;
        }
    }
    return negated;
}

static bool is_single_match(const struct match *match, const char *at, const char *item,
                            const char *end)
{
    if (at >= match->subject_end)
        return false;
    const int character = (unsigned char)*at;
    switch (*item) {
    case '.':
        return true;
    case ESCAPE:
        return is_in_class(character, (unsigned char)item[1]);
    case '[':
        return is_in_set(character, item, end - 1);
    default:
        return (unsigned char)*item == character;
    }
}

/* ---------------------------------------------------------------- items of several characters */

static const char *match_balance(struct match *match, const char *at, const char *pair)
{
    if (pair + 1 >= match->pattern_end)
        luaL_error(match->state, "malformed pattern (missing arguments to '%%b')");
    if (at >= match->subject_end || *at != pair[0])
        return NULL;
    int nesting = 1;
    for (const char *next = at + 1; next < match->subject_end; next++) {
        count_steps(match, 1);
        if (*next == pair[1]) {
            if (--nesting == 0)
                return next + 1;
        } else if (*next == pair[0]) {
            nesting++;
        }
    }
    return NULL;
}

static const char *match_greedy(struct match *match, const char *at, const char *item,
                                const char *end)
{
    ptrdiff_t count = 0;
    while (is_single_match(match, at + count, item, end)) {
        count_steps(match, 1);
        count++;
    }
    for (; count >= 0; count--) {
        const char *const result = match_at(match, at + count, end + 1);
        if (result)
            return result;
    }
    return NULL;
}

static const char *match_lazy(struct match *match, const char *at, const char *item,
                              const char *end)
{
    for (;;) {
        const char *const result = match_at(match, at, end + 1);
        if (result)
            return result;
        if (!is_single_match(match, at, item, end))
            return NULL;
        at++;
    }
}

static const char *open_capture(struct match *match, const char *at, const char *pattern,
                                ptrdiff_t kind)
{
    if (match->capture_count >= MATCH_CAPTURES)
        luaL_error(match->state, "too many captures");
    match->captures[match->capture_count] = (struct match_capture){at, kind};
    match->capture_count++;
    const char *const result = match_at(match, at, pattern);
    if (!result)
        match->capture_count--;
    return result;
}

static const char *close_capture(struct match *match, const char *at, const char *pattern)
{
    int index = match->capture_count - 1;
    while (index >= 0 && match->captures[index].length != CAPTURE_OPEN)
        index--;
    if (index < 0)
        luaL_error(match->state, "invalid pattern capture");
    match->captures[index].length = at - match->captures[index].start;
    const char *const result = match_at(match, at, pattern);
    if (!result)
        match->captures[index].length = CAPTURE_OPEN;
    return result;
}

static const char *match_back_reference(struct match *match, const char *at, int digit)
{
    const int index = digit - '1';
    if (index < 0 || index >= match->capture_count || match->captures[index].length == CAPTURE_OPEN)
        luaL_error(match->state, "invalid capture index %%%d", index + 1);
    if (match->captures[index].length == CAPTURE_POSITION)
        return NULL; /* a position is not a text that could be repeated */
    const size_t length = (size_t)match->captures[index].length;
    count_steps(match, length);
    if ((size_t)(match->subject_end - at) < length ||
        memcmp(match->captures[index].start, at, length) != 0)
        return NULL;
    return at + length;
}

/* %f[set]: between a character outside of the set and one in it. */
static bool is_frontier(const struct match *match, const char *at, const char *set, const char *end)
{
    const int before = at == match->subject ? '\0' : (unsigned char)at[-1];
    const int here = at < match->subject_end ? (unsigned char)*at : '\0';
    return !is_in_set(before, set, end - 1) && is_in_set(here, set, end - 1);
}

/* An escape that is not a class: %1, %b(), %f[]. NULL in *next if it is none of them. */
static const char *match_special(struct match *match, const char *at, const char *pattern,
                                 const char **next)
{
    const char kind = pattern + 1 < match->pattern_end ? pattern[1] : '\0';
    if (isdigit((unsigned char)kind)) {
        *next = pattern + 2;
        return match_back_reference(match, at, kind);
    }
    if (kind == 'b') {
        *next = pattern + 4;
        return match_balance(match, at, pattern + 2);
    }
    if (kind == 'f') {
        const char *const set = pattern + 2;
        if (set >= match->pattern_end || *set != '[')
            luaL_error(match->state, "missing '[' after '%%f' in pattern");
        *next = item_end(match, set);
        return is_frontier(match, at, set, *next) ? at : NULL;
    }
    *next = NULL;
    return NULL;
}

/* ---------------------------------------------------------------- the whole */

/* One item with its quantifier. Sets *go_on if matching continues at *at, *pattern; else the
 * result is final. */
static const char *match_item(struct match *match, const char **at, const char **pattern,
                              bool *go_on)
{
    const char *const item = *pattern;
    const char *const end = item_end(match, item);
    const char quantifier = end < match->pattern_end ? *end : '\0';
    const bool single = is_single_match(match, *at, item, end);
    *go_on = false;
    switch (quantifier) {
    case '?':
        if (single) {
            const char *const result = match_at(match, *at + 1, end + 1);
            if (result)
                return result;
        }
        *pattern = end + 1;
        *go_on = true;
        return NULL;
    case '+':
        return single ? match_greedy(match, *at + 1, item, end) : NULL;
    case '*':
        return match_greedy(match, *at, item, end);
    case '-':
        return match_lazy(match, *at, item, end);
    default:
        if (!single)
            return NULL;
        (*at)++;
        *pattern = end;
        *go_on = true;
        return NULL;
    }
}

static const char *match_rest(struct match *match, const char *at, const char *pattern)
{
    while (pattern < match->pattern_end) {
        count_steps(match, 1);
        if (*pattern == '(') {
            const bool position = pattern + 1 < match->pattern_end && pattern[1] == ')';
            return open_capture(match, at, pattern + (position ? 2 : 1),
                                position ? CAPTURE_POSITION : CAPTURE_OPEN);
        }
        if (*pattern == ')')
            return close_capture(match, at, pattern + 1);
        if (*pattern == '$' && pattern + 1 == match->pattern_end)
            return at == match->subject_end ? at : NULL;
        if (*pattern == ESCAPE) {
            const char *next = NULL;
            const char *const result = match_special(match, at, pattern, &next);
            if (next) {
                if (!result)
                    return NULL;
                at = result;
                pattern = next;
                continue;
            }
        }
        bool go_on = false;
        const char *const result = match_item(match, &at, &pattern, &go_on);
        if (!go_on)
            return result;
    }
    return at;
}

static const char *match_at(struct match *match, const char *at, const char *pattern)
{
    if (++match->depth > MATCH_DEPTH)
        luaL_error(match->state, "pattern too complex");
    count_steps(match, 1);
    const char *const result = match_rest(match, at, pattern);
    match->depth--;
    return result;
}

const char *sandbox_match_at(struct match *match, const char *at, const char *pattern)
{
    match->depth = 0;
    match->capture_count = 0;
    return match_at(match, at, pattern);
}

/* ---------------------------------------------------------------- captures */

void sandbox_match_push_capture(struct match *match, int index, const char *from, const char *to)
{
    if (index >= match->capture_count) {
        if (index != 0)
            luaL_error(match->state, "invalid capture index %%%d", index + 1);
        lua_pushlstring(match->state, from, (size_t)(to - from));
        return;
    }
    const struct match_capture *const capture = &match->captures[index];
    if (capture->length == CAPTURE_OPEN)
        luaL_error(match->state, "unfinished capture");
    if (capture->length == CAPTURE_POSITION)
        lua_pushinteger(match->state, capture->start - match->subject + 1);
    else
        lua_pushlstring(match->state, capture->start, (size_t)capture->length);
}

int sandbox_match_push_captures(struct match *match, const char *from, const char *to, bool whole)
{
    const int count = match->capture_count == 0 && whole ? 1 : match->capture_count;
    luaL_checkstack(match->state, count, "too many captures");
    for (int i = 0; i < count; i++)
        sandbox_match_push_capture(match, i, from, to);
    return count;
}
