#include "support/linked_contacts.h"

#include <stdio.h>

/* Contacts c1 to c<count>@x.test that came as Contact C1 to C<count>. */
struct scripted_run linked_contacts(struct store_fixture *fixture, size_t count)
{
    struct scripted_run run = scripted_run_of(fixture);
    for (size_t i = 1; i <= count; i++) {
        struct text id = TEXT_ABSENT, email = TEXT_ABSENT;
        OK(fixture, text_format(fixture->arena, &id, &fixture->error, "C%zu", i));
        OK(fixture, text_format(fixture->arena, &email, &fixture->error, "c%zu@x.test", i));
        const struct told_record record = {
            "Contact", id.bytes, {"Email", email.bytes, "FirstName", id.bytes}, 0};
        scripted_run_tell(&run, &record);
    }
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_NONE);
    assert_int_equal(run.summary.pull.created, count);
    run.record_count = 0;
    return run;
}

struct manual_entry *linked_contacts_entry(struct store_fixture *fixture)
{
    return fixture->hub->entries[1];
}

/* "C1 contact:1; C2 deleted; ..." */
const char *linked_contacts_mappings(struct store_fixture *fixture)
{
    struct status_mapping *rows = NULL;
    size_t count = 0, used = 0;
    char *all = arena_alloc(fixture->arena, 8192);
    all[0] = '\0';
    OK(fixture, status_mappings(fixture->store, TEXT("hub"), fixture->arena, &rows, &count,
                                &fixture->error));
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(
            all + used, 8192 - used, "%.*s %.*s:%.*s%s; ", TEXT_PRINT(rows[i].integration_id),
            TEXT_PRINT(rows[i].internal_object), TEXT_PRINT(rows[i].internal_id),
            rows[i].deleted ? " deleted" : "");
    return all;
}

/* Policies as an operator sets them; the registry tells the triggers. */
void linked_contacts_policies(struct store_fixture *fixture, enum deletion_policy here,
                              enum deletion_policy there)
{
    linked_contacts_entry(fixture)->on_deleted_here = here;
    linked_contacts_entry(fixture)->on_deleted_there = there;
    const struct registry_integration integrations[] = {
        {.name = TEXT("hub"), .enabled = true, .manual = fixture->hub},
        {.name = TEXT("crm"), .enabled = true, .manual = fixture->crm},
    };
    OK(fixture, registry_set(fixture->store, integrations, 2, &fixture->error));
}
