/* Likeness by pairs of letters (Dice's coefficient), as the dashboard's mapping editor has it. */
#include "host/field_likeness.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { NAME_MOST = 64 };

/* A name without what only looks differ in: "First name" and "first_name" are alike. */
static size_t plainly(struct text name, char out[NAME_MOST])
{
    size_t length = 0;
    for (size_t i = 0; i < name.length && length < NAME_MOST; i++) {
        const unsigned char byte = (unsigned char)name.bytes[i];
        if (isalnum(byte) || byte >= 0x80)
            out[length++] = (char)tolower(byte);
    }
    return length;
}

static double name_likeness(struct text left, struct text right)
{
    char a[NAME_MOST], b[NAME_MOST];
    const size_t long_a = plainly(left, a), long_b = plainly(right, b);
    size_t shared = 0;
    if (long_a < 2 || long_b < 2)
        return 0;
    if (long_a == long_b && memcmp(a, b, long_a) == 0)
        return 1;
    for (size_t i = 0; i + 1 < long_a; i++) {
        bool found = false;
        for (size_t j = 0; j + 1 < long_b && !found; j++)
            found = a[i] == b[j] && a[i + 1] == b[j + 1];
        shared += found;
    }
    return 2.0 * (double)shared / (double)(long_a + long_b - 2);
}

/* Types that carry the same things. */
static int family_of(struct text type)
{
    static const struct {
        const char *type;
        int family;
    } families[] = {{"text", 1},     {"string", 1}, {"select", 1},  {"textarea", 1},
                    {"lookup", 1},   {"region", 1}, {"email", 2},   {"phone", 3},
                    {"url", 4},      {"int", 5},    {"integer", 5}, {"float", 5},
                    {"double", 5},   {"number", 5}, {"decimal", 5}, {"date", 6},
                    {"datetime", 6}, {"bool", 7},   {"boolean", 7}, {"reference", 8}};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (text_equal(type, text_of(families[i].type)))
            return families[i].family;
    }
    return 0;
}

static double larger(double left, double right)
{
    return left > right ? left : right;
}

double field_likeness(const struct likeness_field *theirs, const struct likeness_field *ours)
{
    const double names =
        larger(name_likeness(theirs->name, ours->name), name_likeness(theirs->name, ours->label));
    const double labels =
        larger(name_likeness(theirs->label, ours->name), name_likeness(theirs->label, ours->label));
    const int left = family_of(theirs->type), right = family_of(ours->type);
    const double types = !left || !right ? 0 : left == right ? 0.1 : -0.1;
    return larger(names, labels) + types;
}
