/* A new store, made from schema.sql, and one that migrations brought up to date are the same. */
#include "support/store_fixture.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/schema/store_layout.h"
#include "store/sql/rows.h"
#include "support/raw_sqlite.h"

/* A table, an index, a trigger, or a row that every store begins with. */
struct part {
    struct text name, text;
};

/* ---- what a statement says, however it is written ---- */

/* Behind the comment at `at`; `at` if there is none. */
static const char *after_comment(const char *at)
{
    const char *end = at[0] == '-' && at[1] == '-' ? strchr(at, '\n') : NULL;

    return end ? end : at;
}

static bool is_word(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_';
}

/* Without comments, quotes of names, and the space that separates no words. */
static char *squeezed(struct arena *arena, struct text statement)
{
    char *const bytes = arena_alloc(arena, statement.length + 1);
    char *end = bytes;
    bool space = false;

    for (const char *at = statement.bytes; at < statement.bytes + statement.length; at++) {
        at = after_comment(at);
        if (isspace((unsigned char)*at) || *at == '"') {
            space = space || *at != '"';
            continue;
        }
        if (space && end > bytes && is_word(end[-1]) && is_word(*at))
            *end++ = ' ';
        space = false;
        *end++ = *at;
    }
    *end = '\0';
    return bytes;
}

static int compare_items(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Cut what is between the outermost parentheses of `text` at its commas; the number of items. */
static size_t cut(char *text, char **items, char **rest)
{
    size_t count = 0;
    int depth = 0;

    for (char *at = text; !*rest; at++) {
        depth += (*at == '(') - (*at == ')');
        if ((*at == '(' && depth == 1) || (*at == ',' && depth == 1))
            items[count++] = at + 1;
        if ((*at == ',' && depth == 1) || (*at == ')' && depth == 0))
            *at = '\0';
        if (depth == 0 && count > 0)
            *rest = at + 1;
    }
    *strchr(text, '(') = '\0';
    return count;
}

/* A table's columns and conditions stand in the order in which migrations added them, or in any
 * other: that makes no difference. */
static struct text sorted(struct arena *arena, char *text)
{
    struct buffer sorted = BUFFER(1 << 20);
    char *items[100], *rest = NULL;
    struct text copy = TEXT_ABSENT;
    struct error error;
    const size_t count = cut(text, items, &rest);

    qsort(items, count, sizeof *items, compare_items);
    for (size_t index = 0; index < count; index++)
        assert_int_equal(buffer_append_format(&sorted, &error, "%s; ", items[index]), ERROR_NONE);
    assert_int_equal(buffer_append_format(&sorted, &error, "%s", rest), ERROR_NONE);
    assert_int_equal(text_copy(arena, buffer_text(&sorted), &copy, &error), ERROR_NONE);
    buffer_release(&sorted);
    return copy;
}

/* ---- what a store is made of ---- */

static const char query[] =
    "SELECT type || ' ' || name, sql FROM sqlite_master"
    " WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    " UNION ALL SELECT 'object ' || id, json_array(name, is_contact) FROM object"
    " UNION ALL SELECT 'field ' || id, json_array(object, name, label, type, role, required,"
    " is_unique, character_limit) FROM field"
    " UNION ALL SELECT 'channel ' || name, '' FROM channel"
    " UNION ALL SELECT 'setting ' || name, typeof(value) || length(value) FROM setting"
    " WHERE name = 'identity'"
    " UNION ALL SELECT 'engine_state', json_array(id, writing) FROM engine_state"
    " UNION ALL SELECT 'schema', user_version FROM pragma_user_version"
    " UNION ALL SELECT 'application', application_id FROM pragma_application_id";

static void read_part(struct rows *rows, void *item)
{
    struct part *const part = item;

    part->name = rows_text(rows);
    part->text = rows_text(rows);
}

static struct part *parts_of(struct store_fixture *fixture, struct store *store, size_t *count)
{
    struct rows rows;

    rows_open(&rows, &store->sql, fixture->arena, &fixture->error, query, "");
    struct part *const parts = rows_list(&rows, read_part, sizeof *parts, count);
    OK(fixture, rows_close(&rows));
    for (size_t index = 0; index < *count; index++) {
        char *const text = squeezed(fixture->arena, parts[index].text);
        parts[index].text = text_starts_with(parts[index].name, TEXT("table "))
                                ? sorted(fixture->arena, text)
                                : text_of(text);
    }
    return parts;
}

static struct text text_of_part(const struct part *parts, size_t count, struct text name)
{
    for (size_t index = 0; index < count; index++)
        if (text_equal(parts[index].name, name))
            return parts[index].text;
    return TEXT_ABSENT;
}

/* Reports each part of one that the other has not, or has otherwise (whose: NULL: only counts). */
static int differences(const struct part *parts, size_t count, const struct part *others,
                       size_t other_count, const char *whose)
{
    int found = 0;

    for (size_t index = 0; index < count; index++) {
        const struct text other = text_of_part(others, other_count, parts[index].name);
        if (!text_is_absent(other) && text_equal(other, parts[index].text))
            continue;
        if (whose)
            print_error("only in %s store: %.*s: %.*s\n", whose, TEXT_PRINT(parts[index].name),
                        TEXT_PRINT(parts[index].text));
        found++;
    }
    return found;
}

static void assert_same(struct store_fixture *fixture, struct store *old)
{
    size_t old_count = 0, fresh_count = 0;
    const struct part *const upgraded = parts_of(fixture, old, &old_count);
    const struct part *const fresh = parts_of(fixture, fixture->store, &fresh_count);

    assert_true(fresh_count > 100);
    assert_int_equal(differences(upgraded, old_count, fresh, fresh_count, "an upgraded") +
                         differences(fresh, fresh_count, upgraded, old_count, "a new"),
                     0);
}

/* ---- stores of older versions ---- */

static void make_old(struct store_fixture *fixture, const char *dump, const char *path)
{
    struct buffer text = BUFFER(1 << 20);
    sqlite3 *connection = NULL;
    char piece[4096];
    FILE *const file = fopen(dump, "r");

    assert_non_null(file);
    for (size_t length = 1; length > 0;) {
        length = fread(piece, 1, sizeof piece, file);
        OK(fixture, buffer_append(&text, piece, length, &fixture->error));
    }
    fclose(file);
    assert_int_equal(sqlite3_open(path, &connection), SQLITE_OK);
    assert_int_equal(sqlite3_exec(connection, text.data, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(connection);
    buffer_release(&text);
}

/* Fields that its owner added: the new store gets them, too. */
static void add_fields(struct store_fixture *fixture, const struct store *old)
{
    for (size_t object = 0; object < store_schema_count(old); object++) {
        const struct object_schema *schema = store_schema_at(old, object);
        for (size_t field = 0; field < schema->field_count; field++)
            if (!manual_schema_field(store_schema(fixture->store, schema->name),
                                     schema->fields[field].name))
                OK(fixture, store_field_add(fixture->store, schema->name, &schema->fields[field],
                                            &fixture->error));
    }
}

/* Which fields are tracked is a matter of the configuration: in neither store is any. */
static void track_nothing(struct store_fixture *fixture, struct store *store)
{
    OK(fixture, seed_sql(store, "DELETE FROM tracked_field", &fixture->error));
    OK(fixture, triggers_renew(store, &fixture->error));
}

static void upgrade_and_compare(struct store_fixture *fixture, const char *dump)
{
    const struct store_options options = store_options_default();
    struct store *old = NULL;
    char path[200];

    snprintf(path, sizeof path, "%s/old.db", fixture->folder);
    make_old(fixture, dump, path);
    OK(fixture, store_open(path, &options, &old, &fixture->error));
    add_fields(fixture, old);
    track_nothing(fixture, old);
    track_nothing(fixture, fixture->store);
    assert_same(fixture, old);
    store_close(old);
    unlink(path);
}

#define DUMPS TANDEM_SOURCE_DIR "/tests/end_to_end/upgrade/"

static void test_schema__1_becomes_a_new_one(void **state)
{
    upgrade_and_compare(*state, DUMPS "schema_1.sql");
}

static void test_schema__5_becomes_a_new_one(void **state)
{
    upgrade_and_compare(*state, DUMPS "waiting/schema_5.sql");
}

static void test_schema__11_becomes_a_new_one(void **state)
{
    upgrade_and_compare(*state, DUMPS "waiting/schema_11.sql");
}

static void test_schema__15_becomes_a_new_one(void **state)
{
    upgrade_and_compare(*state, DUMPS "waiting/schema_15.sql");
}

/* The comparison is worth something: it sees one column, one condition, one row. */
static void test_schema__comparison_sees_what_differs(void **state)
{
    static const char *const changes[] = {
        "ALTER TABLE run ADD COLUMN colour TEXT",
        ("ALTER TABLE note DROP COLUMN message;"
         " ALTER TABLE note ADD COLUMN message TEXT NOT NULL DEFAULT ''"),
        "DROP INDEX run_by_integration; CREATE INDEX run_by_integration ON run(id, integration)",
        "DROP TRIGGER field_change_calms",
        "UPDATE field SET label = 'Family name' WHERE name = 'lastname'",
    };
    struct store_fixture *fixture = *state;
    const struct store_options options = {.clock = INSTANT_NONE, .create = true};

    for (size_t index = 0; index < sizeof changes / sizeof *changes; index++) {
        struct store *other = NULL, *same = NULL;
        size_t count = 0, other_count = 0;
        OK(fixture, store_open(":memory:", &options, &same, &fixture->error));
        OK(fixture, store_open(":memory:", &options, &other, &fixture->error));
        OK(fixture, seed_sql(other, changes[index], &fixture->error));
        const struct part *const parts = parts_of(fixture, same, &count);
        const struct part *const others = parts_of(fixture, other, &other_count);
        assert_true(differences(parts, count, others, other_count, NULL) > 0);
        store_close(same);
        store_close(other);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_schema__1_becomes_a_new_one),          TEST(test_schema__5_becomes_a_new_one),
        TEST(test_schema__11_becomes_a_new_one),         TEST(test_schema__15_becomes_a_new_one),
        TEST(test_schema__comparison_sees_what_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
