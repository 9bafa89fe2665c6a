/* Names by their words, then by pairs of letters (Dice's coefficient); values by their shape. */
#include "host/field_likeness.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { NAME_MOST = 64, WORDS_MOST = 12, TELLING_LENGTH = 4, PHONE_DIGITS = 6 };

/* ---- names ---- */

struct words {
    char joined[NAME_MOST];
    size_t length;
    struct text each[WORDS_MOST]; /* in `joined` */
    size_t count;
};

/* "billingAddressCity", "billing_address_city" and "Billing address: city" are the same words. */
static void split(struct text name, struct words *words)
{
    char previous = ' ';
    *words = (struct words){.length = 0};
    for (size_t i = 0; i < name.length && words->length < NAME_MOST; i++) {
        const unsigned char byte = (unsigned char)name.bytes[i];
        const bool counts = isalnum(byte) || byte >= 0x80;
        const bool begins =
            counts && (previous == ' ' || (isupper(byte) && islower((unsigned char)previous)));
        if (begins && words->count < WORDS_MOST)
            words->each[words->count++] = (struct text){words->joined + words->length, 0};
        if (counts) {
            words->joined[words->length++] = (char)tolower(byte);
            words->each[words->count - 1].length++;
        }
        previous = counts ? name.bytes[i] : ' ';
    }
}

/* Is it one of these words, which blanks divide? */
static bool is_among(struct text word, const char *words)
{
    struct text rest = text_of(words), one;
    while (rest.length > 0) {
        (void)text_cut(rest, ' ', &one, &rest);
        if (text_equal(word, one))
            return true;
    }
    return false;
}

/* Synonyms for our fields. */
static struct text usual_name(struct text name)
{
    static const struct {
        const char *field, *synonyms;
    } usual[] = {
        {"firstname", "forename givenname"},
        {"lastname", "familyname surname"},
        {"email", "mail email1 emailaddress"},
        {"phone", "tel telephone"},
        {"mobile", "cell cellphone mobilephone phonemobile"},
        {"fax", "phonefax"},
        {"address1", "street streetaddress addressline1"},
        {"address2", "addressline2 street2"},
        {"city", "town locality"},
        {"state", "province region"},
        {"zipcode", "zip postalcode postcode"},
        {"birthday", "birthdate dateofbirth dob"},
        {"position", "jobtitle"},
        {"company", "organization organisation employer accountname companyname"},
        {"website", "homepage url"},
        {"title", "salutation"},
        {"numberofemployees", "employees"},
        {"annualrevenue", "revenue"},
        {"preferredlocale", "language"},
    };
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (is_among(name, usual[i].synonyms))
            return text_of(usual[i].field);
    }
    return name;
}

/* Words that say where a field is, not what it holds. */
static bool is_noise(struct text word)
{
    return is_among(word,
                    "address billing contact custom default home hs main number primary value "
                    "work") ||
           (word.length == 1 && isalpha((unsigned char)*word.bytes));
}

/* What a name says, in `kept` or static. */
static struct text essence(struct text name, char kept[NAME_MOST])
{
    struct words words;
    size_t length = 0;
    split(name, &words);
    const struct text whole = {words.joined, words.length};
    const struct text known = usual_name(whole);
    if (known.bytes != whole.bytes)
        return known;
    for (size_t i = 0; i < words.count; i++) {
        if (is_noise(words.each[i]))
            continue;
        memcpy(kept + length, words.each[i].bytes, words.each[i].length);
        length += words.each[i].length;
    }
    if (length)
        return usual_name((struct text){kept, length});
    memcpy(kept, words.joined, words.length);
    return (struct text){kept, words.length};
}

static double name_likeness(struct text left, struct text right)
{
    char kept_left[NAME_MOST], kept_right[NAME_MOST];
    const struct text a = essence(left, kept_left), b = essence(right, kept_right);
    size_t shared = 0;
    if (a.length < 2 || b.length < 2)
        return 0;
    if (text_equal(a, b))
        return 1;
    for (size_t i = 0; i + 1 < a.length; i++) {
        bool found = false;
        for (size_t j = 0; j + 1 < b.length && !found; j++)
            found = a.bytes[i] == b.bytes[j] && a.bytes[i + 1] == b.bytes[j + 1];
        shared += found;
    }
    return 2.0 * (double)shared / (double)(a.length + b.length - 2);
}

/* ---- types and values ---- */

enum family { ANY, WORDS, MAIL, PHONE, ADDRESS_OF_A_PAGE, NUMBER, DATE, YES_OR_NO, REFERENCE };

/* Types that carry the same things. */
static enum family family_of(struct text type)
{
    static const struct {
        enum family family;
        const char *types;
    } families[] = {{WORDS, "text string select textarea lookup region"},
                    {MAIL, "email"},
                    {PHONE, "phone"},
                    {ADDRESS_OF_A_PAGE, "url"},
                    {NUMBER, "int float double"},
                    {DATE, "date datetime"},
                    {YES_OR_NO, "boolean"},
                    {REFERENCE, "reference"}};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (is_among(type, families[i].types))
            return families[i].family;
    }
    return ANY;
}

static size_t digits_of(struct text value)
{
    size_t digits = 0;
    for (size_t i = 0; i < value.length; i++)
        digits += isdigit((unsigned char)value.bytes[i]) != 0;
    return digits;
}

static bool consists_of(struct text value, const char *others)
{
    for (size_t i = 0; i < value.length; i++) {
        if (!isdigit((unsigned char)value.bytes[i]) && !strchr(others, value.bytes[i]))
            return false;
    }
    return value.length > 0;
}

/* Could a field of this family hold the value? */
static bool holds(enum family family, struct text value)
{
    switch (family) {
    case MAIL:
        return memchr(value.bytes, '@', value.length) && !memchr(value.bytes, ' ', value.length);
    case PHONE:
        return digits_of(value) >= PHONE_DIGITS && consists_of(value, "+-()/. ");
    case ADDRESS_OF_A_PAGE:
        return !memchr(value.bytes, ' ', value.length) && memchr(value.bytes, '.', value.length) &&
               !memchr(value.bytes, '@', value.length);
    case NUMBER:
        return consists_of(value, "+-.,e");
    case DATE:
        return digits_of(value) >= PHONE_DIGITS && consists_of(value, "-/.:TZ +");
    default:
        return true;
    }
}

static bool hold_all(enum family family, const struct likeness_field *field)
{
    for (size_t i = 0; i < field->sample_count; i++) {
        if (!holds(family, field->samples[i]))
            return false;
    }
    return true;
}

/* A value that both have and that is too long for a coincidence. */
static bool share_one(const struct likeness_field *left, const struct likeness_field *right)
{
    for (size_t i = 0; i < left->sample_count; i++) {
        for (size_t j = 0; left->samples[i].length >= TELLING_LENGTH && j < right->sample_count;
             j++) {
            if (text_equal(left->samples[i], right->samples[j]))
                return true;
        }
    }
    return false;
}

static double value_likeness(const struct likeness_field *theirs, enum family left,
                             const struct likeness_field *ours, enum family right)
{
    static const double against = -0.5, telling = FIELD_LIKENESS_GOOD, shared = 0.5;
    if (!theirs->sample_count)
        return 0;
    if (!hold_all(right, theirs) || !hold_all(left, ours))
        return against;
    if (share_one(theirs, ours))
        return shared;
    /* Nothing else looks like an address, so the field's name does not matter. */
    return right == MAIL ? telling : 0;
}

double field_likeness(const struct likeness_field *theirs, const struct likeness_field *ours)
{
    const double names =
        fmax(name_likeness(theirs->name, ours->name), name_likeness(theirs->name, ours->label));
    const double labels =
        fmax(name_likeness(theirs->label, ours->name), name_likeness(theirs->label, ours->label));
    const enum family left = family_of(theirs->type), right = family_of(ours->type);
    const bool plain = left == ANY || right == ANY || left == WORDS;
    const double types = left == right && left != ANY ? 0.1 : plain ? 0 : -0.1;
    return fmax(names, labels) + types + value_likeness(theirs, left, ours, right);
}
