/*
 * store_fixture: a store in a temporary file, with two integrations that want contacts.
 *
 * "hub": contact <-> Contact (email, firstname, lastname, points, dnc_email, owner_id; phone only
 * inwards), company <-> Account (companyname). "crm": contact <-> Person (email, firstname).
 */
#ifndef TANDEM_TEST_STORE_FIXTURE_H
#define TANDEM_TEST_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/objects/objects.h"
#include "store/schema/registry.h"
#include "support/seed.h"
#include "store/inspect/status.h"
#include "store/books/store_run.h"

struct store_fixture {
    char folder[64], path[128];
    struct store *store;
    struct arena *arena;
    struct manual *hub, *crm;
    struct store_run *run; /* of hub; NULL until store_fixture_run */
    struct error error;
};

/* The instant of every fixture: 2026-03-10T12:00:00Z. */
extern const instant fixture_now;

/* cmocka set-up and tear-down; *state is the fixture. */
int store_fixture_open(void **state);
int store_fixture_close(void **state);
/* Open a run of hub (closing the one before). */
void store_fixture_run(struct store_fixture *fixture);
/* The same at another moment than fixture_now. */
void store_fixture_run_at(struct store_fixture *fixture, instant now);

/* Fails the test with the error's message. */
#define OK(fixture, call)                                                                          \
    do {                                                                                           \
        if (call)                                                                                  \
            fail_msg("%s: %s", #call, (fixture)->error.message);                                   \
    } while (0)

/* {field, text value} pairs, ended by NULL, as a user would give them. */
struct text store_fixture_add(struct store_fixture *fixture, const char *object, ...);
void store_fixture_set(struct store_fixture *fixture, const char *object, struct text id, ...);
/* The tracked changes as "integration object:id field at origin; ..." sorted. */
const char *store_fixture_changes(struct store_fixture *fixture);
/* A field of an object as text; "gone" if there is no such object. */
const char *store_fixture_value(struct store_fixture *fixture, const char *object, struct text id,
                                const char *field);

#endif
