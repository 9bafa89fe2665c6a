/* value: what the conformance cases (test_conformance_values.c) do not show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "model/value.h"
#include "model/value_text.h"

static int make_arena(void **state)
{
    *state = arena_new(0);
    return *state ? 0 : -1;
}

static int drop_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static struct raw_value raw_text(const char *text)
{
    return (struct raw_value){.kind = RAW_TEXT, .as.text = text_of(text)};
}

static struct value normalized(struct arena *arena, const struct raw_value *raw,
                               enum value_type type)
{
    struct value value;
    bool readable = false;

    assert_int_equal(value_normalize(arena, raw, type, &value, &readable, NULL), ERROR_NONE);
    assert_true(readable);
    return value;
}

static struct value of_text(struct arena *arena, const char *text, enum value_type type)
{
    struct raw_value raw = raw_text(text);

    return normalized(arena, &raw, type);
}

static struct value integer_value(int64_t integer)
{
    struct value value = value_null(VALUE_TYPE_INT);

    value.kind = VALUE_INTEGER;
    value.as.integer = integer;
    return value;
}

static struct value number_value(double number)
{
    struct value value = value_null(VALUE_TYPE_FLOAT);

    value.kind = VALUE_NUMBER;
    value.as.number = number;
    return value;
}

static void test_value__type_names(void **state)
{
    (void)state;
    for (int i = 0; i < VALUE_TYPE_COUNT; i++) {
        enum value_type type = (enum value_type)i;
        assert_int_equal(value_type_of_name(text_of(value_type_name(type))), type);
    }
    assert_int_equal(value_type_of_name(TEXT("made_up")), VALUE_TYPE_UNKNOWN);
    assert_int_equal(value_type_of_name(TEXT_ABSENT), VALUE_TYPE_UNKNOWN);
    assert_int_equal(value_type_of_name(TEXT("String")), VALUE_TYPE_UNKNOWN);
    assert_true(value_type_is_text(VALUE_TYPE_REGION));
    assert_false(value_type_is_text(VALUE_TYPE_TIME));
    assert_false(value_type_is_text(VALUE_TYPE_MULTISELECT));
    assert_true(value_type_is_number(VALUE_TYPE_DOUBLE));
}

static void test_value__clean_values_take_no_memory(void **state)
{
    static const struct {
        const char *text;
        enum value_type type;
    } clean[] = {
        {"Kim", VALUE_TYPE_STRING},      {"k@x.test", VALUE_TYPE_EMAIL},
        {"2026-03-10", VALUE_TYPE_DATE}, {"2026-03-10T12:00:00Z", VALUE_TYPE_DATE},
        {"12:30:00", VALUE_TYPE_TIME},   {"2026-03-10T12:00:00Z", VALUE_TYPE_DATETIME},
        {"yes", VALUE_TYPE_BOOLEAN},     {"42", VALUE_TYPE_INT},
        {"42.5", VALUE_TYPE_FLOAT},      {"", VALUE_TYPE_MULTISELECT},
    };
    struct arena *arena = *state;

    for (size_t i = 0; i < sizeof(clean) / sizeof(clean[0]); i++) {
        struct value value = of_text(arena, clean[i].text, clean[i].type);
        value_fingerprint(&value);
        value_equal(&value, &value);
        assert_int_equal(arena_used(arena), 0);
    }
}

static void test_value__lack_of_memory_is_an_error(void **state)
{
    struct arena *small = arena_new(16);
    struct raw_value raw = raw_text("a|b|c|d");
    struct field_schema field = {.type = VALUE_TYPE_TEXT};
    struct value value = value_null(VALUE_TYPE_STRING);
    struct value other = value_text(VALUE_TYPE_STRING, TEXT("a text of many bytes"));
    struct text text = TEXT_ABSENT;
    enum field_verdict verdict = FIELD_FITS;
    bool readable = true;
    struct error error;

    (void)state;
    assert_int_equal(
        value_normalize(small, &raw, VALUE_TYPE_MULTISELECT, &value, &readable, &error),
        ERROR_MEMORY);
    assert_false(readable);
    assert_int_equal(value.kind, VALUE_NULL);
    assert_int_equal(value_copy(small, &other, &value, &error), ERROR_MEMORY);
    assert_int_equal(value.kind, VALUE_NULL);
    assert_int_equal(value_identifier_key(small, &other, VALUE_TYPE_STRING, &text, &error),
                     ERROR_MEMORY);
    assert_true(text_is_absent(text));
    other = number_value(1e300);
    assert_int_equal(value_fit(small, &field, &other, &value, &verdict, &error), ERROR_MEMORY);
    arena_free(small);
}

static void test_value__long_numbers(void **state)
{
    char digits[2000];
    struct raw_value raw = raw_text("");
    struct value value;
    bool readable = true;

    /* 1.000...0001 is read; so is 000...01; 1000...0 is beyond any double. */
    memset(digits, '0', sizeof(digits) - 1);
    digits[sizeof(digits) - 1] = '\0';
    digits[sizeof(digits) - 2] = '1';
    raw = raw_text(digits);
    value = normalized(*state, &raw, VALUE_TYPE_INT);
    assert_int_equal(value.as.integer, 1);
    value = normalized(*state, &raw, VALUE_TYPE_FLOAT);
    assert_true(value.as.number == 1);
    digits[0] = '1';
    assert_int_equal(value_normalize(*state, &raw, VALUE_TYPE_FLOAT, &value, &readable, NULL),
                     ERROR_NONE);
    assert_false(readable);
    assert_int_equal(value_normalize(*state, &raw, VALUE_TYPE_INT, &value, &readable, NULL),
                     ERROR_NONE);
    assert_false(readable);
    raw = raw_text("-0.0");
    value = normalized(*state, &raw, VALUE_TYPE_FLOAT);
    assert_false(signbit(value.as.number));
    raw = raw_text(digits);
    digits[1] = '.';
    value = normalized(*state, &raw, VALUE_TYPE_FLOAT);
    assert_true(value.as.number == 1);
}

static void test_value__infinite_numbers_are_unreadable(void **state)
{
    static const enum value_type types[] = {VALUE_TYPE_BOOLEAN, VALUE_TYPE_INT, VALUE_TYPE_FLOAT,
                                            VALUE_TYPE_DATETIME, VALUE_TYPE_STRING};
    const double numbers[] = {(double)INFINITY, -(double)INFINITY, (double)NAN};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        for (size_t j = 0; j < 3; j++) {
            struct raw_value raw = {.kind = RAW_NUMBER, .as.number = numbers[j]};
            struct value value;
            bool readable = true;
            assert_int_equal(value_normalize(*state, &raw, types[i], &value, &readable, NULL),
                             ERROR_NONE);
            assert_false(readable);
        }
    }
}

/* Written out, every double reads back as itself. */
static void test_value__numbers_as_text_round_trip(void **state)
{
    static const double numbers[] = {0.1,           1.0 / 3,
                                     5e-324,        2.2250738585072014e-308,
                                     1e21,          1.7976931348623157e308,
                                     123456789.123, 9.5,
                                     1e-7,          4503599627370497.5,
                                     100,           1e22,
                                     0.001,         9007199254740993.0};
    char text[VALUE_TEXT_NUMBER_SIZE];
    uint64_t random = 88172645463325252u;

    (void)state;
    assert_string_equal(value_text_number(-0.0, text), "0");
    assert_string_equal(value_text_number(-1.5, text), "-1.5");
    assert_string_equal(value_text_number(0.1, text), "0.1");
    assert_string_equal(value_text_number(100, text), "100");
    assert_string_equal(value_text_number(1e22, text), "10000000000000000000000");
    assert_string_equal(value_text_number(0.00012, text), "0.00012");
    assert_string_equal(value_text_number(5e-324, text) + 321, "00005");
    assert_string_equal(value_text_number(1.0 / 3, text), "0.3333333333333333");
    assert_string_equal(value_text_number(9007199254740993.0, text), "9007199254740992");
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        assert_true(strtod(value_text_number(numbers[i], text), NULL) == numbers[i]);
        assert_null(strchr(text, 'e'));
        assert_true(strtod(value_text_number(-numbers[i], text), NULL) == -numbers[i]);
        assert_true(strlen(text) < sizeof(text));
    }
    for (int i = 0; i < 2000; i++) {
        union {
            uint64_t bits;
            double number;
        } view;
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        view.bits = random;
        if (isfinite(view.number)) {
            assert_true(strtod(value_text_number(view.number, text), NULL) == view.number);
        }
    }
}

static void test_value__numbers_are_equal_exactly(void **state)
{
    struct value one = integer_value(1);
    struct value one_point = number_value(1);
    struct value large = integer_value(INT64_C(9007199254740993));
    struct value near = number_value(9007199254740992.0);
    struct value most = integer_value(INT64_MAX);
    struct value beyond = number_value(0x1p63);
    struct value least = integer_value(INT64_MIN);
    struct value least_point = number_value(-0x1p63);

    (void)state;
    assert_true(value_equal(&one, &one_point));
    assert_int_equal(value_fingerprint(&one), value_fingerprint(&one_point));
    assert_false(value_equal(&large, &near));
    assert_false(value_equal(&near, &large));
    assert_false(value_equal(&most, &beyond));
    assert_true(value_equal(&least, &least_point));
    assert_int_equal(value_fingerprint(&least), value_fingerprint(&least_point));
    one_point = number_value(1.5);
    assert_false(value_equal(&one, &one_point));
}

static void test_value__fingerprints_tell_values_apart(void **state)
{
    struct arena *arena = *state;
    struct value values[] = {
        value_null(VALUE_TYPE_STRING),
        of_text(arena, "1", VALUE_TYPE_STRING),
        of_text(arena, "1", VALUE_TYPE_INT),
        of_text(arena, "1", VALUE_TYPE_BOOLEAN),
        of_text(arena, "1.5", VALUE_TYPE_FLOAT),
        of_text(arena, "-1", VALUE_TYPE_INT),
        of_text(arena, "2026-01-01", VALUE_TYPE_DATE),
        of_text(arena, "2026-01-01", VALUE_TYPE_STRING),
        of_text(arena, "2026-01-01", VALUE_TYPE_DATETIME),
        of_text(arena, "01:00:00", VALUE_TYPE_TIME),
        of_text(arena, "a|b", VALUE_TYPE_MULTISELECT),
        of_text(arena, "b|a", VALUE_TYPE_MULTISELECT),
        of_text(arena, "ab", VALUE_TYPE_MULTISELECT),
        of_text(arena, "ab|", VALUE_TYPE_MULTISELECT),
        of_text(arena, "|", VALUE_TYPE_MULTISELECT),
        of_text(arena, "a|b", VALUE_TYPE_STRING),
        {.type = VALUE_TYPE_REFERENCE,
         .kind = VALUE_REFERENCE,
         .as.reference = {TEXT("ab"), TEXT("c")}},
        {.type = VALUE_TYPE_REFERENCE,
         .kind = VALUE_REFERENCE,
         .as.reference = {TEXT("a"), TEXT("bc")}},
    };
    size_t count = sizeof(values) / sizeof(values[0]);

    for (size_t i = 0; i < count; i++) {
        assert_true(value_fingerprint(&values[i]) != 0);
        for (size_t j = 0; j < count; j++) {
            assert_int_equal(value_equal(&values[i], &values[j]), i == j);
            assert_int_equal(value_fingerprint(&values[i]) == value_fingerprint(&values[j]),
                             i == j);
        }
    }
}

/* They are stored: if this test has to be changed, FINGERPRINT_VERSION has to be, too. */
static void test_value__fingerprints_do_not_change(void **state)
{
    struct value empty = value_null(VALUE_TYPE_INT);
    struct value text = value_text(VALUE_TYPE_EMAIL, TEXT("a@x.test"));
    struct value number = integer_value(42);

    (void)state;
    assert_int_equal(FINGERPRINT_VERSION, 1);
    assert_true(value_fingerprint(&empty) == 1);
    assert_true(value_fingerprint(&text) == UINT64_C(0x481D3BE50CC48E84));
    assert_true(value_fingerprint(&number) == UINT64_C(0x62D4C56175E7DDB6));
}

static void test_value__copies_are_deep(void **state)
{
    char word[] = "abc";
    struct text items[] = {{word, 3}, {word, 2}};
    struct value list = {.type = VALUE_TYPE_MULTISELECT, .kind = VALUE_LIST, .as.list = {items, 2}};
    struct raw_value raw_items[] = {{.kind = RAW_TEXT, .as.text = {word, 3}},
                                    {.kind = RAW_OBJECT, .as.reference = {{word, 3}, {word, 1}}}};
    struct raw_value raw = {.kind = RAW_LIST, .as.list = {raw_items, 2}};
    struct value copy;
    struct raw_value raw_copy;

    assert_int_equal(value_copy(*state, &list, &copy, NULL), ERROR_NONE);
    assert_int_equal(value_raw_copy(*state, &raw, &raw_copy, NULL), ERROR_NONE);
    assert_true(value_equal(&list, &copy));
    word[0] = 'x';
    items[1] = TEXT_ABSENT;
    raw_items[0].kind = RAW_NULL;
    assert_true(text_equal(copy.as.list.items[0], TEXT("abc")));
    assert_true(text_equal(copy.as.list.items[1], TEXT("ab")));
    assert_true(text_equal(raw_copy.as.list.items[0].as.text, TEXT("abc")));
    assert_true(text_equal(raw_copy.as.list.items[1].as.reference.object, TEXT("abc")));
    assert_true(text_equal(raw_copy.as.list.items[1].as.reference.id, TEXT("a")));
}

/* E-mail addresses that are one to people. */
static void test_value__mail_addresses(void **state)
{
    static const char *const same[][2] = {
        {"ann@m\xC3\xBCnchen.example", "Ann@xn--mnchen-3ya.example"},
        {"ann@x.test.", "Ann@X.test"},
        {" ann@x.test. ", "ann@x.test"},
        {"ann@m\xC3\xBCnchen.example.", "ann@xn--mnchen-3ya.example"},
        {"ann@x\xEF\xBC\x8Etest\xE3\x80\x82", "ann@x.test"},
        {"ann@M\xC3\x9CNCHEN.example", "ann@xn--mnchen-3ya.example"},
        {"ann@mu\xCC\x88nchen.example", "ann@xn--mnchen-3ya.example"},
        {"an\xC2\xADn@x.test", "ann@x.test"},     /* soft hyphen */
        {"ann@\xE2\x80\x8Bx.test", "ann@x.test"}, /* zero-width space */
        {"\xC2\xA0"
         "ann@x.test\xE2\x80\xAF",
         "ann@x.test"},
        {"\xEF\xBD\x81nn@x.test", "ann@x.test"}, /* full width */
        {"ann@x\xE3\x80\x82test", "ann@x.test"}, /* an ideographic full stop */
        {"ann\xEF\xBC\xA0m\xC3\xBCnchen.example",
         "ann@xn--mnchen-3ya.example"},                   /* a wide at sign */
        {"ann\xEF\xB8\x8F@x.test", "ann@x.test"},         /* a variation selector */
        {"a\xCD\x8Fnn\xE3\x85\xA4@x.test", "ann@x.test"}, /* a joiner of graphemes, a filler */
        {"ren\x65\xE2\x80\x8B\xCC\x81@x.test", "ren\xC3\xA9@x.test"},
        {"\xC4\xB0NFO@F\xC4\xB0RMA.test", "info@firma.test"}, /* Turkish capitals */
        {"ann\x7F@x\x01.test\r\n", "ann@x.test"},             /* control characters */
        {"\xC2\x9D"
         "ann@m\xC3\xBCnchen.example\x1F",
         "ann@xn--mnchen-3ya.example"},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct text left = TEXT_ABSENT, right = TEXT_ABSENT;
        assert_int_equal(value_mail_address(*state, text_of(same[i][0]), &left, NULL), ERROR_NONE);
        assert_int_equal(value_mail_address(*state, text_of(same[i][1]), &right, NULL), ERROR_NONE);
        assert_string_equal(left.bytes, right.bytes);
    }
}

/* Composed or not, it is the same text. */
static void test_value__texts_in_two_forms_are_equal(void **state)
{
    const struct value composed = value_text(VALUE_TYPE_STRING, TEXT("Zo\xC3\xAB"));
    const struct value decomposed = value_text(VALUE_TYPE_STRING, TEXT("Zoe\xCC\x88"));
    const struct value other = value_text(VALUE_TYPE_STRING, TEXT("Zoe"));
    (void)state;
    assert_true(value_equal(&composed, &decomposed));
    assert_true(value_fingerprint(&composed) == value_fingerprint(&decomposed));
    assert_false(value_equal(&composed, &other));
    assert_false(value_fingerprint(&composed) == value_fingerprint(&other));
}

static void assert_key(struct arena *arena, struct value value, struct text expected)
{
    struct text key = TEXT("before");

    assert_int_equal(value_identifier_key(arena, &value, value.type, &key, NULL), ERROR_NONE);
    assert_true(text_equal(key, expected));
}

static void test_value__identifier_keys(void **state)
{
    struct arena *arena = *state;

    assert_key(arena, value_text(VALUE_TYPE_EMAIL, TEXT(" Kim@X.test ")), TEXT("kim@x.test"));
    assert_key(arena, integer_value(7), TEXT("7"));
    assert_key(arena, number_value(7), TEXT("7"));
    assert_key(arena, value_null(VALUE_TYPE_EMAIL), TEXT_ABSENT);
    assert_key(arena, value_text(VALUE_TYPE_EMAIL, TEXT("")), TEXT_ABSENT);
    assert_key(arena, value_text(VALUE_TYPE_EMAIL, TEXT(" \"Kim\" <Kim@X.test> ")),
               TEXT("kim@x.test"));
    assert_key(arena, value_text(VALUE_TYPE_EMAIL, TEXT("<mailto:kim@x.test.?cc=a@b>")),
               TEXT("kim@x.test"));
    /* no address, so nothing stands around one */
    assert_key(arena, value_text(VALUE_TYPE_EMAIL, TEXT("Kim <x>")), TEXT("kim <x>"));
    assert_key(arena, value_text(VALUE_TYPE_EMAIL, TEXT("<@>")), TEXT("@"));
    assert_key(arena, value_text(VALUE_TYPE_EMAIL, TEXT("mailto:?to=a@b")), TEXT("mailto:?to=a@b"));
    assert_key(arena, value_text(VALUE_TYPE_STRING, TEXT("mailto:a@b")), TEXT("mailto:a@b"));
    /* as HTML writes it, which only an address is never meant literally */
    assert_key(arena, value_text(VALUE_TYPE_EMAIL, TEXT("&lt;o&#39;neil@x.test&gt;")),
               TEXT("o'neil@x.test"));
    assert_key(arena, value_text(VALUE_TYPE_STRING, TEXT("A &amp; B")), TEXT("a &amp; b"));
    /* Blanks alone are not an identifier. */
    assert_key(arena, value_text(VALUE_TYPE_EMAIL, TEXT(" \t")), TEXT_ABSENT);
}

static void assert_format(struct arena *arena, struct value value, size_t limit,
                          const char *expected)
{
    struct text text = TEXT_ABSENT;

    assert_int_equal(value_format(arena, &value, limit, &text, NULL), ERROR_NONE);
    assert_true(text_equal(text, text_of(expected)));
}

static void test_value__format(void **state)
{
    struct arena *arena = *state;
    struct value reference = {.type = VALUE_TYPE_REFERENCE,
                              .kind = VALUE_REFERENCE,
                              .as.reference = {TEXT("contact"), TEXT("12")}};

    assert_format(arena, value_null(VALUE_TYPE_INT), 0, "null");
    assert_format(arena, of_text(arena, "Kim", VALUE_TYPE_STRING), 0, "Kim");
    assert_format(arena, of_text(arena, "2026-03-10 12:00:00", VALUE_TYPE_DATETIME), 0,
                  "2026-03-10T12:00:00Z");
    assert_format(arena, of_text(arena, "a|b", VALUE_TYPE_MULTISELECT), 0, "[a, b]");
    assert_format(arena, of_text(arena, "off", VALUE_TYPE_BOOLEAN), 0, "false");
    assert_format(arena, reference, 0, "contact:12");
    assert_format(arena, of_text(arena, "abcde", VALUE_TYPE_STRING), 5, "abcde");
    assert_format(arena, of_text(arena, "abcdef", VALUE_TYPE_STRING), 5, "abcd\xE2\x80\xA6");
    assert_format(arena, of_text(arena, "\xC3\xA9\xC3\xA9\xC3\xA9", VALUE_TYPE_STRING), 2,
                  "\xC3\xA9\xE2\x80\xA6");
    assert_format(arena, of_text(arena, "abcdef|b|c|d|e|f|g|h", VALUE_TYPE_MULTISELECT), 3,
                  "[a\xE2\x80\xA6");
    assert_format(arena, of_text(arena, "abc", VALUE_TYPE_STRING), 1, "\xE2\x80\xA6");
}

static void test_value__fit_edges(void **state)
{
    struct field_schema field = {.type = VALUE_TYPE_TEXT, .limit = 3};
    struct value reference = {.type = VALUE_TYPE_REFERENCE,
                              .kind = VALUE_REFERENCE,
                              .as.reference = {TEXT("company"), TEXT("1")}};
    struct value value = of_text(*state, "a|b", VALUE_TYPE_STRING);
    struct value stored;
    enum field_verdict verdict = FIELD_FITS;

    assert_int_equal(value_fit(*state, &field, &reference, &stored, &verdict, NULL), ERROR_NONE);
    assert_int_equal(verdict, FIELD_WRONG_TYPE);
    field.type = VALUE_TYPE_REFERENCE;
    assert_int_equal(value_fit(*state, &field, &reference, &stored, &verdict, NULL), ERROR_NONE);
    assert_int_equal(verdict, FIELD_FITS);
    assert_true(value_equal(&stored, &reference));
    field.type = VALUE_TYPE_MULTISELECT;
    assert_int_equal(value_fit(*state, &field, &value, &stored, &verdict, NULL), ERROR_NONE);
    assert_int_equal(stored.as.list.count, 2);
    field.type = VALUE_TYPE_INT;
    value = number_value(0x1p63);
    assert_int_equal(value_fit(*state, &field, &value, &stored, &verdict, NULL), ERROR_NONE);
    assert_int_equal(verdict, FIELD_WRONG_TYPE);
    assert_int_equal(stored.kind, VALUE_NULL);
}

static void test_value__do_not_contact_edges(void **state)
{
    static const struct {
        const char *text;
        int reason;
    } cases[] = {{"00", 0},    {"+1", 1}, {"-1", 3},   {"1.5", 3}, {"10", 3},
                 {"002.0", 2}, {"x", -1}, {"1 1", -1}, {"٣", -1},  {".5", -1}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct value value = value_text(VALUE_TYPE_STRING, text_of(cases[i].text));
        int reason = -1;
        assert_int_equal(value_do_not_contact(&value, &reason), cases[i].reason >= 0);
        assert_int_equal(reason, cases[i].reason);
    }
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, make_arena, drop_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value__type_names),
        WITH_ARENA(test_value__clean_values_take_no_memory),
        cmocka_unit_test(test_value__lack_of_memory_is_an_error),
        WITH_ARENA(test_value__long_numbers),
        WITH_ARENA(test_value__infinite_numbers_are_unreadable),
        cmocka_unit_test(test_value__numbers_as_text_round_trip),
        cmocka_unit_test(test_value__numbers_are_equal_exactly),
        WITH_ARENA(test_value__fingerprints_tell_values_apart),
        cmocka_unit_test(test_value__fingerprints_do_not_change),
        WITH_ARENA(test_value__copies_are_deep),
        WITH_ARENA(test_value__identifier_keys),
        WITH_ARENA(test_value__mail_addresses),
        cmocka_unit_test(test_value__texts_in_two_forms_are_equal),
        WITH_ARENA(test_value__format),
        WITH_ARENA(test_value__fit_edges),
        cmocka_unit_test(test_value__do_not_contact_edges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
