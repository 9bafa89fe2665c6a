#include "conformance/unit_values.h"

#include "conformance/json_value.h"
#include "model/judge.h"
#include "model/value_form.h"

/* What a case works with. */
struct bench {
    struct arena *arena;
    const json_t *input, *expected;
    struct comparison *comparison;
    struct error *error;
};

typedef enum error_code bench_run(struct bench *bench);

static enum error_code with_arena(const json_t *item, struct comparison *comparison,
                                  struct error *error, bench_run *run)
{
    struct bench bench = {.arena = arena_new(0),
                          .input = json_object_get(item, "input"),
                          .expected = json_object_get(item, "expected"),
                          .comparison = comparison,
                          .error = error};
    if (!bench.arena)
        return error_memory(error, "a case");
    const enum error_code code = run(&bench);
    arena_free(bench.arena);
    return code;
}

/* Compare, and drop `actual`. */
static enum error_code compare(struct bench *bench, json_t *actual)
{
    if (!actual)
        return error_memory(bench->error, "a result");
    comparison_value(bench->comparison, "expected", bench->expected, actual);
    json_decref(actual);
    return ERROR_NONE;
}

/* {"type", "value"} as a normalized value; an unreadable one is an error of the case. */
static enum error_code read_value(struct bench *bench, const json_t *typed, struct value *value)
{
    const struct text name = json_value_text(json_object_get(typed, "type"));
    bool readable = false;
    if (json_value_normalize(bench->arena, json_object_get(typed, "value"),
                             value_type_of_name(name), value, &readable, bench->error))
        return bench->error->code;
    if (!readable)
        return error_set(bench->error, ERROR_INVALID, "a value of the case is no '%.*s'",
                         TEXT_PRINT(name));
    return ERROR_NONE;
}

static enum error_code normalize(struct bench *bench)
{
    struct value value;
    bool readable = false;
    const struct text type = json_value_text(json_object_get(bench->input, "type"));
    if (json_value_normalize(bench->arena, json_object_get(bench->input, "value"),
                             value_type_of_name(type), &value, &readable, bench->error))
        return bench->error->code;
    return compare(bench, readable ? json_pack("{s:o}", "value", value_json_of(&value))
                                   : json_pack("{s:b}", "unreadable", 1));
}

static enum error_code equal(struct bench *bench)
{
    struct value left;
    struct value right;
    if (read_value(bench, json_object_get(bench->input, "a"), &left) ||
        read_value(bench, json_object_get(bench->input, "b"), &right))
        return bench->error->code;
    if (value_equal(&left, &right) != value_equal(&right, &left))
        comparison_add(bench->comparison, "expected", "a equals b, but not the other way round");
    return compare(bench, json_boolean(value_equal(&left, &right)));
}

static enum error_code fit(struct bench *bench)
{
    const json_t *described = json_object_get(bench->input, "field");
    const struct field_schema field = {
        .name = TEXT("field"),
        .type = value_type_of_name(json_value_text(json_object_get(described, "type"))),
        .limit = (int)json_integer_value(json_object_get(described, "limit")),
    };
    struct value value;
    struct value stored;
    enum field_verdict verdict = FIELD_FITS;
    if (read_value(bench, bench->input, &value) ||
        value_fit(bench->arena, &field, &value, &stored, &verdict, bench->error))
        return bench->error->code;
    if (verdict == FIELD_FITS)
        return compare(bench, json_pack("{s:o}", "stored", value_json_of(&stored)));
    return compare(bench, json_pack("{s:s}", "refused",
                                    verdict == FIELD_TOO_LONG ? "too_long" : "wrong_type"));
}

static enum error_code identifier(struct bench *bench)
{
    const struct value left =
        value_text(VALUE_TYPE_STRING, json_value_text(json_object_get(bench->input, "a")));
    const struct value right =
        value_text(VALUE_TYPE_STRING, json_value_text(json_object_get(bench->input, "b")));
    const json_t *named = json_object_get(bench->input, "type");
    const enum value_type type =
        named ? value_type_of_name(json_value_text(named)) : VALUE_TYPE_STRING;
    struct text left_key;
    struct text right_key;
    if (value_identifier_key(bench->arena, &left, type, &left_key, bench->error) ||
        value_identifier_key(bench->arena, &right, type, &right_key, bench->error))
        return bench->error->code;
    return compare(bench, json_boolean(text_equal(left_key, right_key)));
}

static enum error_code form(struct bench *bench)
{
    struct value sent;
    struct value reported;
    bool is_form = false;
    if (read_value(bench, json_object_get(bench->input, "sent"), &sent) ||
        read_value(bench, json_object_get(bench->input, "reported"), &reported) ||
        value_is_form(bench->arena, &sent, &reported, &is_form, bench->error))
        return bench->error->code;
    return compare(bench, json_boolean(is_form));
}

static enum error_code do_not_contact(struct bench *bench)
{
    struct value value;
    int reason = 0;
    if (read_value(bench, bench->input, &value))
        return bench->error->code;
    return compare(bench, value_do_not_contact(&value, &reason) ? json_integer(reason)
                                                                : json_string("refused"));
}

static enum error_code moment(struct bench *bench)
{
    instant at = INSTANT_NONE;
    const instant now = json_value_instant(json_object_get(bench->input, "now"));
    const bool understood =
        instant_parse_moment(json_value_text(json_object_get(bench->input, "text")), now, &at);
    json_t *actual = understood ? value_json_instant(at) : json_string("refused");
    if (understood && json_value_instant(bench->expected) == at) {
        json_decref(actual);
        return ERROR_NONE;
    }
    return compare(bench, actual);
}

static enum error_code read_testimony(struct bench *bench, const char *side,
                                      struct judge_side *judge_side, struct value *value)
{
    const json_t *told = json_object_get(bench->input, side);
    if (read_value(bench, json_object_get(told, "value"), value))
        return bench->error->code;
    *judge_side =
        (struct judge_side){.value = value,
                            .fingerprint = value_fingerprint(value),
                            .certain = json_value_instant(json_object_get(told, "certain")),
                            .possible = json_value_instant(json_object_get(told, "possible"))};
    return ERROR_NONE;
}

static enum error_code judge(struct bench *bench)
{
    struct value left_value;
    struct value right_value;
    struct value base_value;
    struct judge_side left;
    struct judge_side right;
    struct base base = {0};
    enum judge_mode mode = JUDGE_BASE;
    if (read_testimony(bench, "left", &left, &left_value) ||
        read_testimony(bench, "right", &right, &right_value))
        return bench->error->code;
    const json_t *agreed = json_object_get(bench->input, "base");
    if (json_is_object(agreed)) {
        if (read_value(bench, agreed, &base_value))
            return bench->error->code;
        base.ours = base.theirs = value_fingerprint(&base_value);
    }
    if (!judge_mode_of_name(json_value_text(json_object_get(bench->input, "mode")), &mode))
        return error_set(bench->error, ERROR_INVALID, "the case names no mode of the judge");
    enum verdict verdict = judge_by_mode(mode, &left, &right, base);
    if (verdict == VERDICT_EQUAL)
        verdict = VERDICT_LEFT;
    return compare(bench, json_string(judge_verdict_name(verdict)));
}

enum error_code unit_values_normalize(const json_t *item, struct comparison *comparison,
                                      struct error *error)
{
    return with_arena(item, comparison, error, normalize);
}

enum error_code unit_values_equal(const json_t *item, struct comparison *comparison,
                                  struct error *error)
{
    return with_arena(item, comparison, error, equal);
}

enum error_code unit_values_fit(const json_t *item, struct comparison *comparison,
                                struct error *error)
{
    return with_arena(item, comparison, error, fit);
}

enum error_code unit_values_identifier(const json_t *item, struct comparison *comparison,
                                       struct error *error)
{
    return with_arena(item, comparison, error, identifier);
}

enum error_code unit_values_do_not_contact(const json_t *item, struct comparison *comparison,
                                           struct error *error)
{
    return with_arena(item, comparison, error, do_not_contact);
}

enum error_code unit_values_moment(const json_t *item, struct comparison *comparison,
                                   struct error *error)
{
    return with_arena(item, comparison, error, moment);
}

enum error_code unit_values_form(const json_t *item, struct comparison *comparison,
                                 struct error *error)
{
    return with_arena(item, comparison, error, form);
}

enum error_code unit_values_judge(const json_t *item, struct comparison *comparison,
                                  struct error *error)
{
    return with_arena(item, comparison, error, judge);
}
