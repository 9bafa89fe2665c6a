/* Which fields are suggested for one another, and which are not. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "host/field_likeness.h"

static const struct example {
    const char *theirs, *label, *type, *value;
    const char *ours, *our_label, *our_type, *our_value;
    bool fits;
} examples[] = {
    {"first_name", "First name", "string", NULL, "firstname", "First name", "text", NULL, true},
    {"surname", NULL, "string", "Lee", "lastname", "Last name", "text", NULL, true},
    {"billingAddressCity", NULL, "string", "Graz", "companycity", "City", "text", NULL, true},
    {"addressPostalCode", NULL, "string", "8010", "zipcode", "Zip code", "text", NULL, true},
    {"primary_address_street", NULL, "string", NULL, "address1", "Address, line 1", "text", NULL,
     true},
    {"Birthday__c", NULL, "date", "1990-05-17", "birthday", "Birthday", "date", NULL, true},
    {"accountName", NULL, "string", NULL, "company", "Company", "text", NULL, true},
    {"billingAddressCountry", NULL, "string", NULL, "address1", "Address, line 1", "text", NULL,
     false},
    {"status", NULL, "select", "New", "state", "State", "region", NULL, false},
    {"type", NULL, "select", NULL, "skype", "Skype", "text", NULL, false},
    {"createdAt", NULL, "datetime", "2026-01-01", "birthday", "Birthday", "date", NULL, false},
    /* Values speak for a field with another name, and against one with the same. */
    {"contactable_at", NULL, "string", "kim@example.com", "email", "E-mail", "email", NULL, true},
    {"phone", NULL, "string", "ask for Kim", "phone", "Phone", "phone", NULL, false},
    {"website", NULL, "string", "kim@example.com", "website", "Website", "url", NULL, false},
    {"position_held", NULL, "string", "Head of sales", "position", "Position", "text",
     "Head of sales", true},
    {"notes_of", NULL, "string", "Graz", "city", "City", "text", "Graz", false},
};

static struct likeness_field field(const char *name, const char *label, const char *type,
                                   const struct text *sample)
{
    return (struct likeness_field){text_of(name), text_of(label), text_of(type), sample,
                                   !text_is_absent(*sample)};
}

static void test_field_likeness__names_types_and_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const struct example *const example = &examples[i];
        const struct text value = text_of(example->value), our_value = text_of(example->our_value);
        const struct likeness_field theirs =
            field(example->theirs, example->label, example->type, &value);
        const struct likeness_field ours =
            field(example->ours, example->our_label, example->our_type, &our_value);
        const double likeness = field_likeness(&theirs, &ours);
        if ((likeness >= FIELD_LIKENESS_GOOD) != example->fits)
            fail_msg("'%s' and '%s': %.2f", example->theirs, example->ours, likeness);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_field_likeness__names_types_and_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
