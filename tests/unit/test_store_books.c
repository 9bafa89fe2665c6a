/* The books of a run: mappings with base versions, tracked changes with marks, positions, notes. */
#include "support/store_fixture.h"

#include "store/books/partners.h"

#include <sqlite3.h>
#include <string.h>

static struct manual_entry *contact_entry(struct store_fixture *fixture)
{
    return fixture->hub->entries[1];
}

static size_t field_of(struct store_fixture *fixture, const char *name)
{
    return manual_object_field(contact_entry(fixture)->internal, text_of(name));
}

static struct mapping *add(struct store_fixture *fixture, const char *record, const char *id)
{
    struct books *books = store_run_books(fixture->run);
    struct mapping *mapping = ARENA_NEW(fixture->arena, struct mapping);

    *mapping = (struct mapping){
        .entry = contact_entry(fixture),
        .internal_object = TEXT("contact"),
        .internal_id = text_of(id),
        .integration_object = TEXT("Contact"),
        .integration_id = text_of(record),
        .last_sync = fixture_now,
        .base_versions = ARENA_ARRAY(fixture->arena, contact_entry(fixture)->internal->field_count,
                                     struct base_version),
    };
    OK(fixture, books->add_mapping(books, mapping, &fixture->error));
    assert_int_not_equal(mapping->key, 0);
    return mapping;
}

static struct mapping *find(struct store_fixture *fixture, const char *record)
{
    struct books *books = store_run_books(fixture->run);
    struct mapping *mapping = NULL;

    OK(fixture, books->mapping_of_record(books, contact_entry(fixture), text_of(record),
                                         fixture->arena, &mapping, &fixture->error));
    return mapping;
}

static struct tracked_change *tracked(struct store_fixture *fixture, const char *id, size_t *count)
{
    struct books *books = store_run_books(fixture->run);
    struct tracked_changes changes;

    OK(fixture, books->tracked_changes(books, contact_entry(fixture)->internal, text_of(id),
                                       fixture->arena, &changes, &fixture->error));
    *count = changes.count;
    return changes.items;
}

static void begin(struct store_fixture *fixture)
{
    struct books *books = store_run_books(fixture->run);

    OK(fixture, books->begin(books, &fixture->error));
}

static void commit(struct store_fixture *fixture)
{
    struct books *books = store_run_books(fixture->run);

    OK(fixture, books->commit(books, &fixture->error));
}

static void test_mapping__is_found_by_either_side(void **state)
{
    struct store_fixture *fixture = *state;
    struct mappings mappings = {.count = 0};

    store_fixture_run(fixture);
    struct books *books = store_run_books(fixture->run);
    begin(fixture);
    add(fixture, "0", "5");
    add(fixture, "c1", "5");
    add(fixture, "C1", "6");
    commit(fixture);
    assert_string_equal(find(fixture, "0")->internal_id.bytes, "5");
    assert_string_equal(find(fixture, "C1")->internal_id.bytes, "6");
    assert_null(find(fixture, "00"));
    OK(fixture, books->mappings_of_object(books, TEXT("contact"), TEXT("5"), fixture->arena,
                                          &mappings, &fixture->error));
    assert_int_equal(mappings.count, 2);
    assert_string_equal(mappings.items[0]->integration_id.bytes, "0");
    assert_ptr_equal(mappings.items[1]->entry, contact_entry(fixture));
    OK(fixture, books->mappings_of_object(books, TEXT("contact"), TEXT("05"), fixture->arena,
                                          &mappings, &fixture->error));
    assert_int_equal(mappings.count, 0);
}

static void test_partners__are_those_of_one_object_in_their_order(void **state)
{
    struct store_fixture *fixture = *state;
    struct texts ids = {.count = 0};

    store_fixture_run(fixture);
    begin(fixture);
    add(fixture, "b", "5");
    add(fixture, "a", "6");
    add(fixture, "c", "7");
    commit(fixture);
    const struct partners contacts = {TEXT("hub"), TEXT("Contact")},
                          accounts = {TEXT("hub"), TEXT("Account")};
    OK(fixture, partners_after(fixture->store, &contacts, TEXT("a"), 1, fixture->arena, &ids,
                               &fixture->error));
    assert_int_equal(ids.count, 1);
    assert_string_equal(ids.items[0].bytes, "b");
    OK(fixture, partners_after(fixture->store, &contacts, TEXT(""), 10, fixture->arena, &ids,
                               &fixture->error));
    assert_int_equal(ids.count, 3);
    OK(fixture, partners_after(fixture->store, &accounts, TEXT(""), 10, fixture->arena, &ids,
                               &fixture->error));
    assert_int_equal(ids.count, 0);
}

static void test_partners__are_edited_if_an_edit_has_not_gone_to_them(void **state)
{
    struct store_fixture *fixture = *state;
    struct text named[] = {TEXT("a"), TEXT("b"), TEXT("none")};
    const struct texts ids = {named, 3};
    const struct partners ours = {TEXT("hub"), TEXT("Contact")},
                          others = {TEXT("crm"), TEXT("Contact")};
    struct texts edited = {.count = 0};
    const struct text bob = store_fixture_add(fixture, "contact", "email", "bob@example.com", NULL);

    store_fixture_run(fixture);
    begin(fixture);
    add(fixture, "a", "5");
    add(fixture, "b", bob.bytes);
    commit(fixture);
    OK(fixture,
       partners_edited(fixture->store, &ours, &ids, fixture->arena, &edited, &fixture->error));
    assert_int_equal(edited.count, 1);
    assert_string_equal(edited.items[0].bytes, "b");
    OK(fixture,
       partners_edited(fixture->store, &others, &ids, fixture->arena, &edited, &fixture->error));
    assert_int_equal(edited.count, 0);
}

static void test_mapping__is_unique(void **state)
{
    struct store_fixture *fixture = *state;

    store_fixture_run(fixture);
    struct books *books = store_run_books(fixture->run);
    begin(fixture);
    struct mapping second = *add(fixture, "C1", "5");
    second.internal_id = TEXT("6");
    assert_int_not_equal(books->add_mapping(books, &second, &fixture->error), ERROR_NONE);
    books->rollback(books);
    assert_null(find(fixture, "C1"));
}

static void test_base_versions__comes_back(void **state)
{
    struct store_fixture *fixture = *state;

    store_fixture_run(fixture);
    begin(fixture);
    struct mapping *mapping = add(fixture, "C1", "5");
    const size_t email = field_of(fixture, "email"), points = field_of(fixture, "points");
    base_version_agree(&mapping->base_versions[email], UINT64_MAX / 3, INSTANT_NONE);
    mapping->base_versions[email].seen = true;
    base_version_agree(&mapping->base_versions[points], 7, INSTANT_NONE);
    struct books *books = store_run_books(fixture->run);
    OK(fixture, books->update_mapping(books, mapping, &fixture->error));
    commit(fixture);
    const struct mapping *found = find(fixture, "C1");
    assert_true(found->base_versions[email].ours == UINT64_MAX / 3);
    assert_true(found->base_versions[email].seen);
    assert_int_equal(found->base_versions[points].ours, 7);
    assert_false(found->base_versions[points].seen);
    assert_int_equal(found->base_versions[field_of(fixture, "lastname")].ours, 0);
}

static void test_base_versions__seen_counts_in_the_same_run_only(void **state)
{
    struct store_fixture *fixture = *state;

    store_fixture_run(fixture);
    begin(fixture);
    struct mapping *mapping = add(fixture, "C1", "5");
    base_version_agree(&mapping->base_versions[0], 9, INSTANT_NONE);
    mapping->base_versions[0].seen = true;
    struct books *books = store_run_books(fixture->run);
    OK(fixture, books->update_mapping(books, mapping, &fixture->error));
    commit(fixture);
    store_fixture_run(fixture);
    assert_int_equal(find(fixture, "C1")->base_versions[0].ours, 9);
    assert_false(find(fixture, "C1")->base_versions[0].seen);
}

static void test_rollback__leaves_nothing(void **state)
{
    struct store_fixture *fixture = *state;

    store_fixture_run(fixture);
    struct books *books = store_run_books(fixture->run);
    begin(fixture);
    add(fixture, "C1", "5");
    books->rollback(books);
    assert_null(find(fixture, "C1"));
    /* and users are tracked again */
    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    assert_non_null(strstr(store_fixture_changes(fixture), "hub contact:1 email"));
}

static enum error_code mark(struct books *books, int64_t sequence, int64_t mapping,
                            enum change_mark_kind kind, struct error *error)
{
    const struct change_mark set = {.mapping = mapping, .kind = kind, .theirs = kind * 77u};
    return books->mark_tracked_change(books, sequence, &set, error);
}

/* What another process does meanwhile. */
static void write_beside(struct store_fixture *fixture, const char *statement)
{
    sqlite3 *connection = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &connection), SQLITE_OK);
    assert_int_equal(sqlite3_exec(connection, statement, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(connection);
}

static void test_reading__shows_one_moment_and_keeps_nobody_waiting(void **state)
{
    struct store_fixture *fixture = *state;

    store_fixture_run(fixture);
    struct books *books = store_run_books(fixture->run);
    begin(fixture);
    add(fixture, "c1", "5");
    commit(fixture);
    OK(fixture, books->begin_reading(books, &fixture->error));
    assert_string_equal(find(fixture, "c1")->internal_id.bytes, "5");
    write_beside(fixture, "UPDATE object_mapping SET object_id = 6 WHERE integration_id = 'c1'");
    assert_string_equal(find(fixture, "c1")->internal_id.bytes, "5");
    books->end_reading(books);
    assert_string_equal(find(fixture, "c1")->internal_id.bytes, "6");
    begin(fixture);
    add(fixture, "c2", "7");
    commit(fixture);
    assert_string_equal(find(fixture, "c2")->internal_id.bytes, "7");
}

static void test_tracked_change__marks_go_with_their_row(void **state)
{
    struct store_fixture *fixture = *state;
    size_t count = 0;

    store_fixture_run(fixture);
    struct books *books = store_run_books(fixture->run);
    store_fixture_add(fixture, "contact", "email", "a@x.test", "lastname", "Low", NULL);
    struct tracked_change *changes = tracked(fixture, "1", &count);
    assert_int_equal(count, 2);
    const struct tracked_change lastname =
        changes[0].field == field_of(fixture, "lastname") ? changes[0] : changes[1];
    begin(fixture);
    OK(fixture, mark(books, lastname.sequence, 11, MARK_SETTLED, &fixture->error));
    OK(fixture, mark(books, lastname.sequence, 12, MARK_TIE, &fixture->error));
    OK(fixture, mark(books, lastname.sequence, 11, MARK_TIE, &fixture->error));
    commit(fixture);
    changes = tracked(fixture, "1", &count);
    const struct tracked_change *marked =
        changes[0].sequence == lastname.sequence ? &changes[0] : &changes[1];
    assert_int_equal(marked->mark_count, 2);
    assert_int_equal(marked->marks[0].kind, MARK_TIE);
    assert_int_equal(marked->marks[0].theirs, 77);
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "High", NULL);
    changes = tracked(fixture, "1", &count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(changes[i].mark_count, 0);
    /* what the report had read is gone; the newer one stays, and cannot be marked by the old name
     */
    begin(fixture);
    OK(fixture, books->remove_tracked_change(books, lastname.sequence, &fixture->error));
    OK(fixture, mark(books, lastname.sequence, 12, MARK_TIE, &fixture->error));
    commit(fixture);
    tracked(fixture, "1", &count);
    assert_int_equal(count, 2);
}

static void test_join_mappings__origins_and_marks_follow(void **state)
{
    struct store_fixture *fixture = *state;
    size_t count = 0;

    store_fixture_run(fixture);
    struct books *books = store_run_books(fixture->run);
    store_fixture_add(fixture, "contact", "firstname", "Ann", NULL);
    begin(fixture);
    const struct mapping *from = add(fixture, "C1", "1"), *into = add(fixture, "C2", "1");
    struct tracked_change tie = {
        .field = field_of(fixture, "email"), .at = fixture_now, .origin = from->key};
    OK(fixture, books->track_change(books, contact_entry(fixture)->internal, TEXT("1"), &tie,
                                    &fixture->error));
    OK(fixture, mark(books, tie.sequence, from->key, MARK_TIE, &fixture->error));
    OK(fixture, books->join_mappings(books, from->key, into->key, &fixture->error));
    commit(fixture);
    const struct tracked_change *change = tracked(fixture, "1", &count);
    assert_int_equal(count, 1);
    assert_int_equal(change->origin, into->key);
    assert_int_equal(change->mark_count, 1);
    assert_int_equal(change->marks[0].mapping, into->key);
    assert_null(find(fixture, "C1"));
}

static void test_position__instant_or_token(void **state)
{
    struct store_fixture *fixture = *state;
    const struct manual_object *object = contact_entry(fixture)->integration;
    const struct window_end of_1970 = {.at = 0, .behind_ms = -10800000};
    const struct window_end of_a_token = {
        .at = INSTANT_NONE, .token = TEXT("t1"), .behind_ms = 5000};
    struct window_end end = {.at = 0};

    store_fixture_run(fixture);
    struct books *books = store_run_books(fixture->run);
    OK(fixture, books->position(books, object, &end, fixture->arena, &fixture->error));
    assert_true(end.at == INSTANT_NONE && text_is_absent(end.token) && end.behind_ms == 0);
    begin(fixture);
    OK(fixture, books->set_position(books, object, &of_1970, &fixture->error));
    commit(fixture);
    OK(fixture, books->position(books, object, &end, fixture->arena, &fixture->error));
    assert_true(end.at == 0 && text_is_absent(end.token) && end.behind_ms == -10800000);
    begin(fixture);
    OK(fixture, books->set_position(books, object, &of_a_token, &fixture->error));
    commit(fixture);
    OK(fixture, books->position(books, object, &end, fixture->arena, &fixture->error));
    assert_true(end.at == INSTANT_NONE && text_equal(end.token, TEXT("t1")) &&
                end.behind_ms == 5000);
}

static void test_outcome__the_worst_one_counts(void **state)
{
    static const enum outcome_kind kinds[] = {OUTCOME_UNCHANGED, OUTCOME_CREATED, OUTCOME_FAILED,
                                              OUTCOME_UPDATED};
    struct store_fixture *fixture = *state;
    struct store_outcome *outcomes = NULL;
    size_t count = 0;

    store_fixture_run(fixture);
    struct books *books = store_run_books(fixture->run);
    begin(fixture);
    for (size_t i = 0; i < 4; i++) {
        const struct outcome outcome = {.side = SIDE_INTEGRATION,
                                        .object = TEXT("Contact"),
                                        .id = TEXT("C1"),
                                        .kind = kinds[i],
                                        .reason = i == 2 ? "store" : NULL};
        OK(fixture, books->add_outcome(books, &outcome, &fixture->error));
    }
    commit(fixture);
    OK(fixture, store_run_outcomes(fixture->store, store_run_id(fixture->run), fixture->arena,
                                   &outcomes, &count, &fixture->error));
    assert_int_equal(count, 1);
    assert_string_equal(outcomes[0].outcome.bytes, "failed");
    assert_string_equal(outcomes[0].reason.bytes, "store");
}

static void add_note(struct store_fixture *fixture, const char *id, const char *record)
{
    struct books *books = store_run_books(fixture->run);
    const struct note note = {.internal_object = TEXT("contact"),
                              .internal_id = text_of(id),
                              .integration_object = TEXT("Contact"),
                              .integration_id = text_of(record),
                              .about = "too_long",
                              .field = TEXT("lastname"),
                              .message = TEXT("too long")};

    OK(fixture, books->add_note(books, &note, &fixture->error));
}

static void test_finish__owners_and_administrators_are_told(void **state)
{
    const struct run_summary summary = {.status = RUN_DONE_WITH_ISSUES};
    struct store_fixture *fixture = *state;
    struct status_notification *notifications = NULL;
    struct status_note *notes = NULL;
    struct status_run *runs = NULL;
    size_t count = 0;

    for (int i = 0; i < 27; i++)
        store_fixture_add(fixture, "contact", "owner_id", "7", NULL);
    store_fixture_add(fixture, "contact", "firstname", "Ann", NULL);
    store_fixture_run(fixture);
    begin(fixture);
    for (int i = 1; i <= 27; i++) {
        const char id[3] = {(char)(i < 10 ? '0' + i : '0' + i / 10),
                            (char)(i < 10 ? 0 : '0' + i % 10), 0};
        add_note(fixture, id, "C1");
        add_note(fixture, id, "C1"); /* the same one counts once */
    }
    add_note(fixture, "28", "C1");
    add_note(fixture, NULL, "C9");
    commit(fixture);
    OK(fixture, store_run_finish(fixture->run, &summary, NULL, &fixture->error));
    OK(fixture,
       status_notes(fixture->store, &(struct status_note_query){.integration = TEXT("hub")},
                    fixture->arena, &notes, &count, &fixture->error));
    assert_int_equal(count, 29);
    OK(fixture, status_notifications(fixture->store, TEXT("7"), 0, fixture->arena, &notifications,
                                     &count, &fixture->error));
    assert_int_equal(count, 1);
    assert_non_null(strstr(notifications[0].message.bytes, "27 objects"));
    assert_non_null(strstr(notifications[0].message.bytes, "contact:25]"));
    assert_null(strstr(notifications[0].message.bytes, "contact:26]"));
    assert_non_null(strstr(notifications[0].message.bytes, "and 2 more"));
    OK(fixture, status_notifications(fixture->store, TEXT("1"), 0, fixture->arena, &notifications,
                                     &count, &fixture->error));
    assert_int_equal(count, 1);
    assert_non_null(strstr(notifications[0].message.bytes, "contact:28]"));
    assert_non_null(strstr(notifications[0].message.bytes, "Contact C9"));
    OK(fixture,
       status_runs(fixture->store, TEXT("hub"), 1, fixture->arena, &runs, &count, &fixture->error));
    assert_string_equal(runs[0].status.bytes, "done_with_issues");
    assert_non_null(strstr(runs[0].counts_json.bytes, "\"pull\""));
}

static size_t unlinked(struct store_fixture *fixture, struct ambiguous_record **records)
{
    struct books *books = store_run_books(fixture->run);
    size_t count = 0;

    OK(fixture, books->ambiguous(books, 0, 10, fixture->arena, records, &count, &fixture->error));
    return count;
}

static void remember(struct store_fixture *fixture, const char *record)
{
    struct books *books = store_run_books(fixture->run);
    const size_t fields[] = {field_of(fixture, "email")};
    const struct text keys[] = {TEXT("a@x.test")};
    const struct ambiguous_record ambiguous_record = {.entry = contact_entry(fixture),
                                                      .integration_id = text_of(record),
                                                      .identity = {fields, keys, 1}};

    OK(fixture, books->remember_ambiguous(books, &ambiguous_record, &fixture->error));
}

static void test_unlinked__is_forgotten_by_a_later_run(void **state)
{
    struct store_fixture *fixture = *state;
    struct ambiguous_record *records = NULL;

    store_fixture_run(fixture);
    struct books *books = store_run_books(fixture->run);
    remember(fixture, "C1");
    remember(fixture, "C1");
    remember(fixture, "C2");
    assert_int_equal(unlinked(fixture, &records), 2);
    assert_string_equal(records[0].integration_id.bytes, "C1");
    assert_int_equal(records[0].identity.fields[0], field_of(fixture, "email"));
    assert_string_equal(records[0].identity.keys[0].bytes, "a@x.test");
    OK(fixture, books->forget_ambiguous(books, TEXT("Contact"), TEXT("C1"), &fixture->error));
    assert_int_equal(unlinked(fixture, &records), 2);
    store_fixture_run(fixture);
    books = store_run_books(fixture->run);
    OK(fixture, books->forget_ambiguous(books, TEXT("Contact"), TEXT("C1"), &fixture->error));
    assert_int_equal(unlinked(fixture, &records), 1);
    assert_string_equal(records[0].integration_id.bytes, "C2");
}

static void test_unlinked__a_mapping_ends_it(void **state)
{
    struct store_fixture *fixture = *state;
    struct ambiguous_record *records = NULL;

    store_fixture_run(fixture);
    remember(fixture, "C1");
    begin(fixture);
    add(fixture, "C1", "5");
    commit(fixture);
    assert_int_equal(unlinked(fixture, &records), 0);
}

static void test_unlinked__is_held_after_some_failures(void **state)
{
    struct store_fixture *fixture = *state;
    struct ambiguous_record *records = NULL;

    store_fixture_run(fixture);
    struct books *books = store_run_books(fixture->run);
    remember(fixture, "C1");
    remember(fixture, "C2");
    assert_int_equal(unlinked(fixture, &records), 2);
    const int64_t first = records[0].key, second = records[1].key;
    OK(fixture, books->fail_ambiguous(books, first, TEXT("no"), false, &fixture->error));
    for (unsigned runs = 0; runs < 5; runs++) {
        assert_int_equal(unlinked(fixture, &records), 1);
        OK(fixture, books->fail_ambiguous(books, second, TEXT("no"), true, &fixture->error));
    }
    assert_int_equal(unlinked(fixture, &records), 0);
    remember(fixture, "C1");
    assert_int_equal(unlinked(fixture, &records), 1);
}

/* ---- records that are read ahead ---- */

enum { EXPECTED = 2 * 50 + 3 };

/* So many contacts, each with a record: "r0" and so on, whose names are in `ids`. That of the last
 * one is gone. */
static void add_linked(struct store_fixture *fixture, struct text ids[EXPECTED])
{
    for (size_t i = 0; i < EXPECTED; i++) {
        const struct text contact =
            i + 1 < EXPECTED ? store_fixture_add(fixture, "contact", "firstname", "Kim", NULL)
                             : TEXT("999999");
        OK(fixture, text_format(fixture->arena, &ids[i], &fixture->error, "r%zu", i));
        if (!fixture->run)
            store_fixture_run(fixture);
        begin(fixture);
        add(fixture, ids[i].bytes, contact.bytes);
        commit(fixture);
    }
}

static struct mapping *linked(struct store_fixture *fixture, struct text id,
                              struct local_object *local_object)
{
    struct books *books = store_run_books(fixture->run);
    struct mapping *mapping = NULL;

    OK(fixture, books->linked_record(books, contact_entry(fixture), id, fixture->arena, &mapping,
                                     local_object, &fixture->error));
    return mapping;
}

static void expect(struct store_fixture *fixture, const struct text *ids, size_t count)
{
    struct books *books = store_run_books(fixture->run);

    books->expect_linked(books, contact_entry(fixture), ids, count);
}

static void test_linked_record__is_the_same_if_it_was_expected(void **state)
{
    struct store_fixture *fixture = *state;
    struct text ids[EXPECTED];
    struct local_object local_object;

    add_linked(fixture, ids);
    begin(fixture);
    expect(fixture, ids, EXPECTED);
    for (size_t i = 0; i < EXPECTED; i++) {
        const struct mapping *const mapping = linked(fixture, ids[i], &local_object);
        const struct mapping *const stored = find(fixture, ids[i].bytes);
        assert_int_equal(mapping->key, stored->key);
        assert_string_equal(mapping->internal_id.bytes, stored->internal_id.bytes);
        assert_string_equal(mapping->integration_id.bytes, ids[i].bytes);
        assert_int_equal(local_object.exists, i + 1 < EXPECTED);
        if (local_object.exists)
            assert_string_equal(local_object.values[field_of(fixture, "firstname")].as.text.bytes,
                                "Kim");
    }
    commit(fixture);
}

static void test_linked_record__may_be_asked_for_in_any_order(void **state)
{
    static const size_t order[] = {3, 1, 60, 60, 2, EXPECTED - 2, 0};
    struct store_fixture *fixture = *state;
    struct text ids[EXPECTED];
    struct local_object local_object;

    add_linked(fixture, ids);
    begin(fixture);
    expect(fixture, ids, EXPECTED);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        assert_string_equal(linked(fixture, ids[order[i]], &local_object)->integration_id.bytes,
                            ids[order[i]].bytes);
    expect(fixture, ids, EXPECTED);
    assert_null(linked(fixture, TEXT("none"), &local_object));
    assert_false(local_object.exists);
    assert_non_null(linked(fixture, ids[7], &local_object));
    commit(fixture);
}

static void test_linked_record__shows_what_was_written_since_it_was_read_ahead(void **state)
{
    struct store_fixture *fixture = *state;
    struct books *books = NULL;
    struct text ids[EXPECTED];
    struct local_object local_object;

    add_linked(fixture, ids);
    books = store_run_books(fixture->run);
    begin(fixture);
    expect(fixture, ids, EXPECTED);
    assert_non_null(linked(fixture, ids[0], &local_object));
    OK(fixture, books->remove_mapping(books, find(fixture, ids[1].bytes)->key, &fixture->error));
    assert_null(linked(fixture, ids[1], &local_object));
    assert_false(local_object.exists);
    OK(fixture, seed_sql(fixture->store, "UPDATE contact SET firstname = 'Alex'", &fixture->error));
    for (size_t i = 2; i + 1 < EXPECTED; i++) {
        assert_non_null(linked(fixture, ids[i], &local_object));
        assert_string_equal(local_object.values[field_of(fixture, "firstname")].as.text.bytes,
                            "Alex");
    }
    commit(fixture);
}

static void test_linked_record__of_another_transaction_is_read_anew(void **state)
{
    struct store_fixture *fixture = *state;
    struct text ids[EXPECTED];
    struct local_object local_object;

    add_linked(fixture, ids);
    begin(fixture);
    expect(fixture, ids, EXPECTED);
    assert_non_null(linked(fixture, ids[0], &local_object));
    commit(fixture);
    OK(fixture, seed_sql(fixture->store, "UPDATE contact SET firstname = 'Alex'", &fixture->error));
    assert_non_null(linked(fixture, ids[1], &local_object));
    assert_string_equal(local_object.values[field_of(fixture, "firstname")].as.text.bytes, "Alex");
    begin(fixture);
    assert_non_null(linked(fixture, ids[2], &local_object));
    assert_string_equal(local_object.values[field_of(fixture, "firstname")].as.text.bytes, "Alex");
    commit(fixture);
}

static void test_run__one_that_died_is_interrupted(void **state)
{
    struct store_fixture *fixture = *state;
    struct status_run *runs = NULL;
    size_t count = 0;

    store_fixture_run(fixture);
    store_fixture_run(fixture);
    OK(fixture,
       status_runs(fixture->store, TEXT_ABSENT, 0, fixture->arena, &runs, &count, &fixture->error));
    assert_int_equal(count, 2);
    assert_string_equal(runs[0].status.bytes, "running");
    assert_string_equal(runs[1].status.bytes, "interrupted");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_mapping__is_found_by_either_side),
        TEST(test_partners__are_those_of_one_object_in_their_order),
        TEST(test_partners__are_edited_if_an_edit_has_not_gone_to_them),
        TEST(test_mapping__is_unique),
        TEST(test_linked_record__is_the_same_if_it_was_expected),
        TEST(test_linked_record__may_be_asked_for_in_any_order),
        TEST(test_linked_record__shows_what_was_written_since_it_was_read_ahead),
        TEST(test_linked_record__of_another_transaction_is_read_anew),
        TEST(test_base_versions__comes_back),
        TEST(test_base_versions__seen_counts_in_the_same_run_only),
        TEST(test_rollback__leaves_nothing),
        TEST(test_reading__shows_one_moment_and_keeps_nobody_waiting),
        TEST(test_tracked_change__marks_go_with_their_row),
        TEST(test_join_mappings__origins_and_marks_follow),
        TEST(test_position__instant_or_token),
        TEST(test_outcome__the_worst_one_counts),
        TEST(test_finish__owners_and_administrators_are_told),
        TEST(test_unlinked__is_forgotten_by_a_later_run),
        TEST(test_unlinked__a_mapping_ends_it),
        TEST(test_unlinked__is_held_after_some_failures),
        TEST(test_run__one_that_died_is_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
