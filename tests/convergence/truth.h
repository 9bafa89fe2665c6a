/*
 * truth: every edit that a user made anywhere, with what anybody could know of its time.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_TRUTH_H
#define TANDEM_TESTS_CONVERGENCE_TRUTH_H

#include "convergence/setup.h"

enum { CELL_DECIMALS = 4 };

/* A value of a field: text, or a number as text. */
struct cell {
    bool null;
    char text[40];
};

enum { PLACE_STORE = -1 }; /* else the number of a party */

struct edit {
    instant at;    /* when it really happened */
    instant shown; /* the instant that its place tells of it */
    int place;
    enum object_type type;
    size_t object; /* store: the id; party: the index of the record */
    size_t field;
    struct cell value;
    struct cell before; /* what it was written over by somebody who could see it */
    int64_t fuzz_ms;    /* how far `shown`, which is in our time, may be wrong */
    instant told_at;    /* when a run took a report of it over; 0: none has */
    bool inexact;       /* its place may show a later instant, that of another edit */
    unsigned strangers; /* made here while the integrations were off, and its object had no record
                           of these parties (bits) */
    bool alone;         /* everybody had the same when it was made (world_agrees) */
    bool not_kept;      /* reported as of the moment of an answer, and listed as not kept */
    bool excused;       /* overwritten before anybody could have seen it */
    bool given_up;      /* by people who merged two objects, and saw it (typed_merged) */
    bool withheld;      /* in words, where ours is a number: nobody can take it */
};

enum { TRUTH_MAX = 4096 };

struct truth {
    struct edit *edits; /* the world's: TRUTH_MAX, as processes share them */
    size_t count;
};

/* Without zeros at its end. */
struct cell cell_of_number(double number, int decimals);
/* Of a text, a number or nothing. */
struct cell cell_of_value(const struct value *value);
/* For messages: the text, or 'null'. */
const char *cell_shown(const struct cell *cell);
bool cell_is_empty(const struct cell *cell);
bool cell_equal(const struct cell *left, const struct cell *right); /* all empty ones are equal */
/* Returns the index of the edit; SIZE_MAX if there is no room. */
size_t truth_add(struct truth *truth, const struct edit *edit);

#endif
