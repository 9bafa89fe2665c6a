/*
 * traced_run: whole runs of the fixture's hub, made in C, with an ear on every SQL statement.
 *
 * The integration reports `count` contacts in pages of `page`, each with three fields, and answers
 * every change at once.
 */
#ifndef TANDEM_TEST_TRACED_RUN_H
#define TANDEM_TEST_TRACED_RUN_H

#include "store_fixture.h"
#include "model/run.h"

/* A statement's text and how often it was begun. */
struct traced_statement {
    struct text sql;
    uint64_t times;
};

struct traced_run {
    struct store_fixture *fixture;
    size_t first, count, page; /* contacts C<first> to C<first + count - 1> */
    const char *version;       /* ends every first and last name */
    instant changed_at;
    bool pull, push, first_time;
    bool keyless; /* their e-mail addresses, which are their identifiers, are not reported */
    struct run_summary summary;
    struct traced_statement *statements; /* in the fixture's arena; what the run itself began */
    size_t statement_count, statement_capacity;
    uint64_t total; /* of all `times`, but for statements of triggers */
};

/* Carry out one run; fails the test if the run does. */
void traced_run(struct traced_run *run);
/* How often that very statement was begun. */
uint64_t traced_run_times(const struct traced_run *run, struct text sql);

#endif
