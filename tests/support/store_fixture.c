#include "support/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const instant fixture_now = 1773144000000;

struct pair {
    const char *internal, *integration;
    enum direction direction;
};

static void add_entry(struct store_fixture *fixture, struct manual *manual, const char *internal,
                      const char *integration, const struct pair *pairs, size_t count)
{
    const struct object_schema *schema = store_schema(fixture->store, text_of(internal));
    struct manual_entry *entry = NULL;

    assert_non_null(schema);
    OK(fixture, manual_add_entry(manual, schema, text_of(integration), &entry, &fixture->error));
    for (size_t i = 0; i < count; i++) {
        const struct field_schema *field = manual_schema_field(schema, text_of(pairs[i].internal));
        const struct manual_line line = {.direction = pairs[i].direction};
        assert_non_null(field);
        OK(fixture, manual_add_line(manual, entry, field, text_of(pairs[i].integration), NULL,
                                    &line, &fixture->error));
    }
}

static void make_manuals(struct store_fixture *fixture)
{
    static const struct pair contact[] = {
        {"email", "Email", DIRECTION_BIDIRECTIONAL},
        {"firstname", "FirstName", DIRECTION_BIDIRECTIONAL},
        {"lastname", "LastName", DIRECTION_BIDIRECTIONAL},
        {"points", "Points", DIRECTION_BIDIRECTIONAL},
        {"dnc_email", "NoMail", DIRECTION_BIDIRECTIONAL},
        {"owner_id", "Owner", DIRECTION_BIDIRECTIONAL},
        {"phone", "Phone", DIRECTION_TO_INTERNAL},
        {"company", "Account", DIRECTION_TO_INTERNAL},
        {"internal_id", "Mid", DIRECTION_BIDIRECTIONAL},
    };
    static const struct pair company[] = {{"companyname", "Name", DIRECTION_BIDIRECTIONAL}};
    static const struct pair person[] = {{"email", "Mail", DIRECTION_BIDIRECTIONAL},
                                         {"firstname", "First", DIRECTION_TO_INTEGRATION}};

    OK(fixture, manual_new(fixture->arena, &fixture->hub, &fixture->error));
    OK(fixture, manual_new(fixture->arena, &fixture->crm, &fixture->error));
    add_entry(fixture, fixture->hub, "company", "Account", company, 1);
    add_entry(fixture, fixture->hub, "contact", "Contact", contact, 9);
    add_entry(fixture, fixture->crm, "contact", "Person", person, 2);
    OK(fixture, manual_finish(fixture->hub, &fixture->error));
    OK(fixture, manual_finish(fixture->crm, &fixture->error));
}

int store_fixture_open(void **state)
{
    struct store_fixture *fixture = calloc(1, sizeof *fixture);
    struct store_options options = store_options_default();
    const struct store_user user = {.id = TEXT("7"), .name = TEXT("Olga")};
    const struct store_user admin = {.id = TEXT("1"), .admin = true};

    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/tandem-store.XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->path, sizeof fixture->path, "%s/tandem.db", fixture->folder);
    fixture->arena = arena_new(0);
    options.create = true;
    options.clock = fixture_now;
    OK(fixture, store_open(fixture->path, &options, &fixture->store, &fixture->error));
    OK(fixture, store_user_set(fixture->store, &user, &fixture->error));
    OK(fixture, store_user_set(fixture->store, &admin, &fixture->error));
    make_manuals(fixture);
    const struct registry_integration integrations[] = {
        {.name = TEXT("hub"), .enabled = true, .manual = fixture->hub},
        {.name = TEXT("crm"), .enabled = true, .manual = fixture->crm},
    };
    OK(fixture, registry_set(fixture->store, integrations, 2, &fixture->error));
    *state = fixture;
    return 0;
}

int store_fixture_close(void **state)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    struct store_fixture *fixture = *state;
    char path[160];

    store_run_close(fixture->run);
    store_close(fixture->store);
    arena_free(fixture->arena);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", fixture->path, endings[i]);
        unlink(path);
    }
    rmdir(fixture->folder);
    free(fixture);
    return 0;
}

void store_fixture_run(struct store_fixture *fixture)
{
    store_fixture_run_at(fixture, fixture_now);
}

void store_fixture_run_at(struct store_fixture *fixture, instant now)
{
    const struct store_run_options options = {
        .integration = TEXT("hub"), .manual = fixture->hub, .now = now};

    store_run_close(fixture->run);
    fixture->run = NULL;
    OK(fixture, store_run_open(fixture->store, &options, &fixture->run, &fixture->error));
}

static size_t read_pairs(struct object_assignment assignments[16], va_list arguments)
{
    size_t count = 0;
    const char *field = NULL;

    while (count < 16 && (field = va_arg(arguments, const char *))) {
        const char *value = va_arg(arguments, const char *);
        assignments[count].field = text_of(field);
        assignments[count].value.kind = value ? RAW_TEXT : RAW_NULL;
        assignments[count++].value.as.text = text_of(value);
    }
    return count;
}

struct text store_fixture_add(struct store_fixture *fixture, const char *object, ...)
{
    struct object_assignment assignments[16];
    struct text id = TEXT_ABSENT;
    va_list arguments;

    va_start(arguments, object);
    const size_t count = read_pairs(assignments, arguments);
    va_end(arguments);
    OK(fixture, objects_add(fixture->store, text_of(object), assignments, count, fixture->arena,
                            &id, &fixture->error));
    return id;
}

void store_fixture_set(struct store_fixture *fixture, const char *object, struct text id, ...)
{
    struct object_assignment assignments[16];
    va_list arguments;

    va_start(arguments, id);
    const size_t count = read_pairs(assignments, arguments);
    va_end(arguments);
    OK(fixture,
       objects_set(fixture->store, text_of(object), id, assignments, count, &fixture->error));
}

static int compare_texts(const void *left, const void *right)
{
    return text_compare(*(const struct text *)left, *(const struct text *)right);
}

const char *store_fixture_changes(struct store_fixture *fixture)
{
    struct buffer buffer = BUFFER(1 << 16);
    struct status_change *changes = NULL;
    struct text text = TEXT_ABSENT, *lines = NULL;
    size_t count = 0;

    OK(fixture, status_changes(fixture->store, TEXT_ABSENT, fixture->arena, &changes, &count,
                               &fixture->error));
    lines = ARENA_ARRAY(fixture->arena, count, struct text);
    for (size_t i = 0; i < count; i++) {
        const struct status_change *change = &changes[i];
        OK(fixture, text_format(fixture->arena, &lines[i], &fixture->error,
                                "%.*s %.*s:%.*s %.*s %+lld %.*s", TEXT_PRINT(change->integration),
                                TEXT_PRINT(change->object), TEXT_PRINT(change->id),
                                TEXT_PRINT(change->field), (long long)(change->at - fixture_now),
                                TEXT_PRINT(change->origin ? change->origin_id : TEXT("user"))));
    }
    qsort(lines, count, sizeof *lines, compare_texts);
    for (size_t i = 0; i < count; i++)
        OK(fixture, buffer_append_format(&buffer, &fixture->error, "%s%.*s", i ? "; " : "",
                                         TEXT_PRINT(lines[i])));
    OK(fixture, text_copy(fixture->arena, buffer.length ? buffer_text(&buffer) : TEXT(""), &text,
                          &fixture->error));
    buffer_release(&buffer);
    return text.bytes;
}

const char *store_fixture_value(struct store_fixture *fixture, const char *object, struct text id,
                                const char *field)
{
    const struct object_schema *schema = store_schema(fixture->store, text_of(object));
    struct object_row *row = NULL;
    struct text text = TEXT_ABSENT;

    OK(fixture,
       objects_get(fixture->store, text_of(object), id, fixture->arena, &row, &fixture->error));
    if (!row)
        return "gone";
    for (size_t i = 0; i < schema->field_count; i++)
        if (text_equal(schema->fields[i].name, text_of(field)))
            OK(fixture, value_format(fixture->arena, &row->values[i], 0, &text, &fixture->error));
    return text.bytes;
}
