/*
 * sandbox_match: Lua's patterns, matched with a count of the steps taken.
 *
 * Same language as string.find of Lua 5.4. Lua's own matcher can run for hours on a few hundred
 * bytes without one instruction being counted; this one charges its steps to the sandbox.
 */
#ifndef TANDEM_SCRIPT_SANDBOX_SANDBOX_MATCH_H
#define TANDEM_SCRIPT_SANDBOX_SANDBOX_MATCH_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

enum { MATCH_CAPTURES = 32, MATCH_DEPTH = 200 };
enum { CAPTURE_OPEN = -1, CAPTURE_POSITION = -2 };

struct match_capture {
    const char *start;
    ptrdiff_t length; /* or CAPTURE_OPEN, CAPTURE_POSITION */
};

struct match {
    lua_State *state;
    const char *subject, *subject_end;
    const char *pattern_end;
    int depth;
    size_t steps; /* not charged yet */
    int capture_count;
    struct match_capture captures[MATCH_CAPTURES];
};

/* `subject` and the pattern, which ends at `pattern_end`, are borrowed until the last match. */
void sandbox_match_start(struct match *match, lua_State *state, const char *subject, size_t length,
                         const char *pattern_end);
/* Does the pattern match at `at`? The end of the match, or NULL; captures are those of this match.
 * Raises for a malformed pattern and when the script's time is over. */
const char *sandbox_match_at(struct match *match, const char *at, const char *pattern);
/* Push all captures, or the whole match if the pattern has none and `whole`; returns how many. */
int sandbox_match_push_captures(struct match *match, const char *from, const char *to, bool whole);
/* Push capture `index` (0 with no captures: the whole match). */
void sandbox_match_push_capture(struct match *match, int index, const char *from, const char *to);

#endif
