/* Forms of values as third parties keep them. */
#include "convergence/manners.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUT_AT = 14, LAG_MOST_MS = 5 * 60 * 1000 };

const char *manners_name(enum manner manner)
{
    static const char *const names[] = {
        "forms",    "ignores", "lags",     "refuses", "restores",  "words",  "reloads",  "twins",
        "moves",    "upserts", "names",    "reverts", "oversteps", "lines",  "switches", "merges",
        "policies", "garbles", "rewrites", "ties",    "undoes",    "clocks", "connects"};
    return names[manner];
}

/* Other manners of a party are the same without one of them. */
static void keep_allowed(unsigned allowed, struct manners *manners)
{
    if ((allowed & 1u << MANNER_FORMS) == 0)
        manners->collapses = manners->small = manners->cuts = false;
    if ((allowed & 1u << MANNER_IGNORES) == 0)
        manners->ignored = 0;
    if ((allowed & 1u << MANNER_LAGS) == 0)
        manners->lag_ms = 0;
    if ((allowed & 1u << MANNER_REFUSES) == 0)
        manners->refused = 0;
    manners->restores = manners->restores && (allowed & 1u << MANNER_RESTORES) != 0;
    manners->words = manners->words && (allowed & 1u << MANNER_WORDS) != 0;
}

void manners_choose(struct random *random, unsigned allowed, struct manners *manners)
{
    *manners = (struct manners){.collapses = random_chance(random, 40),
                                .small = random_chance(random, 30),
                                .cuts = random_chance(random, 30)};
    if (random_chance(random, 25))
        manners->ignored = 1 + random_below(random, FIELD_COUNT - 1);
    if (random_chance(random, 35))
        manners->lag_ms = 1 + random_below(random, LAG_MOST_MS);
    if (random_chance(random, 25))
        manners->refused = 1 + random_below(random, FIELD_COUNT - 1);
    manners->restores = random_chance(random, 50);
    manners->words = random_chance(random, 40);
    keep_allowed(allowed, manners);
}

void manners_choose_rounding(uint64_t seed, unsigned allowed, size_t party, struct manners *manners)
{
    struct random random = random_of(seed ^ (0x40D5u + party));
    manners->rounds = (allowed & 1u << MANNER_FORMS) != 0 && random_chance(&random, 40);
}

static void collapse(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from != ' ' || (to > text && to[-1] != ' '))
            *to++ = *from;
    }
    while (to > text && to[-1] == ' ')
        to--;
    *to = '\0';
}

struct cell manners_stored(const struct manners *manners, size_t field, const struct cell *sent)
{
    struct cell stored = *sent;
    if (field == FIELD_NUMBER && manners->rounds && !cell_is_empty(sent))
        stored = cell_of_number(strtod(sent->text, NULL), 1);
    if (field == FIELD_KEY || field == FIELD_NUMBER || sent->null)
        return stored;
    if (manners->collapses)
        collapse(stored.text);
    for (char *at = stored.text; manners->small && *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    if (manners->cuts && strlen(stored.text) > CUT_AT)
        stored.text[CUT_AT] = '\0';
    return stored;
}

/* What is a form of it for anybody (spec 13.2): blanks and letter case aside its beginning. */
static bool is_form(const struct cell *sent, const struct cell *kept)
{
    enum { SHORTEST = 10 };
    const struct manners everything = {.collapses = true, .small = true};
    const struct cell left = manners_stored(&everything, FIELD_COUNT, sent);
    const struct cell right = manners_stored(&everything, FIELD_COUNT, kept);
    const size_t length = strlen(right.text);
    return length >= SHORTEST && strncmp(left.text, right.text, length) == 0;
}

bool manners_have(const struct manners *manners, size_t field, const struct cell *ours,
                  const struct cell *theirs)
{
    const struct cell stored = manners_stored(manners, field, ours);
    if (cell_equal(ours, theirs) || cell_equal(&stored, theirs))
        return true;
    return field != FIELD_KEY && field != FIELD_NUMBER && is_form(ours, theirs);
}

bool manners_are_words(size_t field, const struct cell *cell)
{
    return field == FIELD_NUMBER && !cell_is_empty(cell) && !isdigit((unsigned char)cell->text[0]);
}

void manners_describe(const struct manners *manners, char *text, size_t size)
{
    snprintf(text, size, "%s%s%s%s", manners->rounds ? ", rounds" : "",
             manners->collapses ? ", collapses blanks" : "",
             manners->small ? ", small letters" : "", manners->cuts ? ", cuts" : "");
    const size_t used = strlen(text);
    if (manners->ignored > 0)
        snprintf(text + used, size - used, ", ignores field %zu", manners->ignored);
    if (manners->lag_ms > 0)
        snprintf(text + strlen(text), size - strlen(text), ", lags %.1f s",
                 (double)manners->lag_ms / 1000);
    if (manners->refused > 0)
        snprintf(text + strlen(text), size - strlen(text), ", refuses field %zu", manners->refused);
    snprintf(text + strlen(text), size - strlen(text), "%s%s%s",
             manners->restores ? ", restores" : "", manners->words ? ", writes words" : "",
             manners->garbles ? ", garbles" : "");
    if (manners->rewritten > 0)
        snprintf(text + strlen(text), size - strlen(text), ", rewrites field %zu",
                 manners->rewritten);
}
