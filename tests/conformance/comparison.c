#include "conformance/comparison.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"

enum { PATH_SIZE = 512, IDENTITY_MAX = 7 };

/* Lists that are sets, with the keys by which their elements are told apart. */
struct set_rule {
    const char *key;
    const char *identity[IDENTITY_MAX + 1];
};

static const struct set_rule set_rules[] = {
    {"changes", {"object", "mapped_object", "mapped_id", "object_id"}},
    {"new", {"integration_object", "integration_id", "object", "id"}},
    {"updated", {"integration_object", "integration_id", "object", "id"}},
    {"deleted", {"integration_object", "integration_id", "object", "id"}},
    {"remapped", {"old_object", "old_id", "object", "id"}},
    {"outcomes", {"side", "object", "id"}},
    {"notifications", {"object", "id", "integration_id", "about"}},
    {"noted", {NULL}},
    {"mappings", {"integration", "integration_object", "integration_id", "internal_object"}},
    {"field_changes", {"integration", "object", "id", "field"}},
    {"dnc", {"contact", "channel"}},
    {"open",
     {"reason", "integration", "object", "integration_object", "integration_id", "id", "field"}},
    {"positions", {"integration", "object"}},
};

static const char *const instant_keys[] = {"at", "from", "to", "last_sync", "first", "last"};

static void compare(struct comparison *comparison, const char *path, const char *key,
                    const json_t *expected, const json_t *actual);

void comparison_init(struct comparison *comparison)
{
    *comparison = (struct comparison){.text = BUFFER(COMPARISON_TEXT_LIMIT)};
}

void comparison_release(struct comparison *comparison)
{
    buffer_release(&comparison->text);
}

void comparison_add(struct comparison *comparison, const char *path, const char *format, ...)
{
    comparison->differences++;
    char message[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    /* Too many differences to keep: those before tell enough. */
    if (buffer_append_format(&comparison->text, NULL, "  %s: %s\n", path, message))
        return;
}

/* One line of JSON, "absent" for NULL; to be freed. */
static char *shown(const json_t *value)
{
    return !value ? strdup("absent")
                  : json_dumps(value, JSON_ENCODE_ANY | JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
}

static void add_pair(struct comparison *comparison, const char *path, const json_t *expected,
                     const json_t *actual)
{
    char *expected_text = shown(expected);
    char *actual_text = shown(actual);
    comparison_add(comparison, path, "expected %.900s, got %.900s",
                   expected_text ? expected_text : "?", actual_text ? actual_text : "?");
    free(expected_text);
    free(actual_text);
}

static struct text json_text(const json_t *value)
{
    return (struct text){json_string_value(value), json_string_length(value)};
}

static bool is_instant_key(const char *key)
{
    for (size_t i = 0; i < sizeof instant_keys / sizeof instant_keys[0]; i++) {
        if (strcmp(key, instant_keys[i]) == 0)
            return true;
    }
    return false;
}

static bool equal_scalars(const char *key, const json_t *expected, const json_t *actual)
{
    if (json_is_number(expected) && json_is_number(actual)) {
        if (json_is_integer(expected) && json_is_integer(actual))
            return json_integer_value(expected) == json_integer_value(actual);
        return json_number_value(expected) == json_number_value(actual);
    }
    if (!json_is_string(expected) || !json_is_string(actual))
        return json_equal(expected, actual);
    if (is_instant_key(key)) {
        instant left = INSTANT_NONE;
        instant right = INSTANT_NONE;
        if (instant_read(json_text(expected), &left) && instant_read(json_text(actual), &right))
            return left == right;
    }
    if (strcmp(key, "value") == 0 && strcmp(json_string_value(expected), "*") == 0)
        return json_string_length(actual) > 0;
    return text_equal(json_text(expected), json_text(actual));
}

static const struct set_rule *set_rule_of(const char *key)
{
    for (size_t i = 0; i < sizeof set_rules / sizeof set_rules[0]; i++) {
        if (strcmp(set_rules[i].key, key) == 0)
            return &set_rules[i];
    }
    return NULL;
}

static bool same(const char *key, const json_t *expected, const json_t *actual)
{
    struct comparison probe;
    comparison_init(&probe);
    compare(&probe, "", key, expected, actual);
    const bool equal = probe.differences == 0;
    comparison_release(&probe);
    return equal;
}

static bool same_identity(const struct set_rule *rule, const json_t *left, const json_t *right)
{
    if (!json_is_object(left) || !json_is_object(right))
        return json_equal(left, right);
    for (size_t i = 0; i < IDENTITY_MAX && rule->identity[i]; i++) {
        const json_t *a = json_object_get(left, rule->identity[i]);
        const json_t *b = json_object_get(right, rule->identity[i]);
        if (a != b && !json_equal(a, b))
            return false;
    }
    return rule->identity[0] != NULL;
}

/* "contact:5:firstname": how an element of a set is named in a path. */
static void identity_name(const struct set_rule *rule, const json_t *element, char *name,
                          size_t size)
{
    name[0] = '\0';
    size_t used = 0;
    for (size_t i = 0; i < IDENTITY_MAX && rule->identity[i]; i++) {
        const json_t *part = json_object_get(element, rule->identity[i]);
        const int more = snprintf(name + used, size - used, "%s%s", i > 0 ? ":" : "",
                                  json_is_string(part) ? json_string_value(part) : "-");
        if (more < 0 || (size_t)more >= size - used)
            return;
        used += (size_t)more;
    }
}

/* The element of `list` that is not taken and fits; SIZE_MAX if there is none. */
static size_t partner(const struct set_rule *rule, const char *key, const json_t *element,
                      const json_t *list, const bool *taken, bool exact)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *candidate = json_array_get(list, i);
        if (!taken[i] &&
            (exact ? same(key, element, candidate) : same_identity(rule, element, candidate)))
            return i;
    }
    return SIZE_MAX;
}

static void compare_sets(struct comparison *comparison, const char *path,
                         const struct set_rule *rule, const json_t *expected, const json_t *actual)
{
    const size_t expected_count = json_array_size(expected);
    const size_t actual_count = json_array_size(actual);
    bool *taken = calloc(actual_count + 1, sizeof *taken);
    bool *done = calloc(expected_count + 1, sizeof *done);
    if (!taken || !done) {
        comparison_add(comparison, path, "out of memory");
        goto out;
    }
    char below[PATH_SIZE];
    char name[PATH_SIZE / 2];
    for (size_t i = 0; i < expected_count; i++) {
        const size_t other = partner(rule, "", json_array_get(expected, i), actual, taken, true);
        if (other != SIZE_MAX)
            taken[other] = done[i] = true;
    }
    for (size_t i = 0; i < expected_count; i++) {
        if (done[i])
            continue;
        const json_t *element = json_array_get(expected, i);
        const size_t other = partner(rule, "", element, actual, taken, false);
        identity_name(rule, element, name, sizeof name);
        snprintf(below, sizeof below, "%s[%s]", path, name);
        if (other != SIZE_MAX) {
            taken[other] = true;
            compare(comparison, below, "", element, json_array_get(actual, other));
        } else {
            add_pair(comparison, below, element, NULL);
        }
    }
    for (size_t i = 0; i < actual_count; i++) {
        if (taken[i])
            continue;
        identity_name(rule, json_array_get(actual, i), name, sizeof name);
        snprintf(below, sizeof below, "%s[%s]", path, name);
        add_pair(comparison, below, NULL, json_array_get(actual, i));
    }
out:
    free(taken);
    free(done);
}

static void compare_lists(struct comparison *comparison, const char *path, const char *key,
                          const json_t *expected, const json_t *actual)
{
    const size_t expected_count = json_array_size(expected);
    const size_t actual_count = json_array_size(actual);
    const bool scalars =
        !json_is_object(json_array_get(expected, 0)) && !json_is_object(json_array_get(actual, 0));
    if (scalars && expected_count != actual_count) {
        add_pair(comparison, path, expected, actual);
        return;
    }
    const size_t count = expected_count > actual_count ? expected_count : actual_count;
    for (size_t i = 0; i < count; i++) {
        char below[PATH_SIZE];
        snprintf(below, sizeof below, "%s[%zu]", path, i);
        const json_t *left = i < expected_count ? json_array_get(expected, i) : NULL;
        const json_t *right = i < actual_count ? json_array_get(actual, i) : NULL;
        if (!left || !right)
            add_pair(comparison, below, left, right);
        else
            compare(comparison, below, json_is_object(left) ? "" : key, left, right);
    }
}

/* An entry of field_changes that has `settled` does not say where it came from. */
static bool is_ignored(const json_t *expected, const char *key)
{
    return strcmp(key, "settled") == 0 ||
           (strcmp(key, "origin") == 0 && json_object_get(expected, "settled"));
}

static void compare_objects(struct comparison *comparison, const char *path, const json_t *expected,
                            const json_t *actual, bool only_expected)
{
    char below[PATH_SIZE];
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)expected, key, value)
    {
        if (is_ignored(expected, key))
            continue;
        snprintf(below, sizeof below, "%s%s%s", path, path[0] != '\0' ? "." : "", key);
        const json_t *other = json_object_get(actual, key);
        if (!other)
            add_pair(comparison, below, value, NULL);
        else
            compare(comparison, below, key, value, other);
    }
    if (only_expected)
        return;
    json_object_foreach((json_t *)actual, key, value)
    {
        if (json_object_get(expected, key) || is_ignored(expected, key))
            continue;
        snprintf(below, sizeof below, "%s%s%s", path, path[0] != '\0' ? "." : "", key);
        add_pair(comparison, below, NULL, value);
    }
}

static void compare(struct comparison *comparison, const char *path, const char *key,
                    const json_t *expected, const json_t *actual)
{
    if (json_is_array(expected) && json_is_array(actual)) {
        const struct set_rule *rule = set_rule_of(key);
        if (rule)
            compare_sets(comparison, path, rule, expected, actual);
        else
            compare_lists(comparison, path, key, expected, actual);
    } else if (json_is_object(expected) && json_is_object(actual)) {
        compare_objects(comparison, path, expected, actual, false);
    } else if (!equal_scalars(key, expected, actual)) {
        add_pair(comparison, path, expected, actual);
    }
}

void comparison_value(struct comparison *comparison, const char *path, const json_t *expected,
                      const json_t *actual)
{
    const char *key = strrchr(path, '.');
    if (!actual)
        add_pair(comparison, path, expected, NULL);
    else
        compare(comparison, path, key ? key + 1 : path, expected, actual);
}

void comparison_result(struct comparison *comparison, const char *path, const json_t *expected,
                       const json_t *actual)
{
    if (!json_is_object(expected) || !json_is_object(actual))
        comparison_value(comparison, path, expected, actual);
    else
        compare_objects(comparison, path, expected, actual, true);
}

bool comparison_set_add(json_t *set, json_t *element)
{
    for (size_t i = 0; i < json_array_size(set); i++) {
        if (json_equal(json_array_get(set, i), element)) {
            json_decref(element);
            return true;
        }
    }
    return json_array_append_new(set, element) == 0;
}

static void drop_nulls(json_t *object)
{
    const char *key = NULL;
    void *next = NULL;
    json_t *value = NULL;
    json_object_foreach_safe(object, next, key, value)
    {
        if (json_is_null(value))
            json_object_del(object, key);
    }
}

void comparison_store(struct comparison *comparison, const char *path, json_t *expected,
                      json_t *actual)
{
    static const struct set_rule rows = {"", {"id"}};
    const char *key = NULL;
    json_t *list = NULL;
    /* what is not said to be open is not */
    if (!json_object_get(expected, "open"))
        json_object_set_new(expected, "open", json_array());
    json_object_foreach(expected, key, list)
    {
        char below[PATH_SIZE];
        snprintf(below, sizeof below, "%s.%s", path, key);
        json_t *other = json_object_get(actual, key);
        if (!json_is_array(list) || !json_is_array(other)) {
            add_pair(comparison, below, list, other);
            continue;
        }
        size_t index = 0;
        json_t *element = NULL;
        json_array_foreach(list, index, element)
        {
            drop_nulls(element);
        }
        json_array_foreach(other, index, element)
        {
            drop_nulls(element);
        }
        const struct set_rule *rule = set_rule_of(key);
        compare_sets(comparison, below, rule ? rule : &rows, list, other);
    }
}
