/* Outcomes of runs, summed up under their labels. */
#include "service/work/record_counts.h"

#include <stdio.h>
#include <string.h>

#include "store/service/pages.h"

enum { LABELS_MOST = 512 };

static const char *text_at(const json_t *item, const char *name)
{
    const char *const text = json_string_value(json_object_get(item, name));
    return text ? text : "";
}

/* A quote would end a label's value. */
static void write_labels(const json_t *item, char labels[LABELS_MOST])
{
    char object[LABELS_MOST / 2];
    snprintf(object, sizeof object, "%s", text_at(item, "object"));
    for (char *place = object; *place; place++) {
        if (strchr("\"\\\n", *place))
            *place = '_';
    }
    snprintf(labels, LABELS_MOST, "side=\"%s\",object=\"%s\",outcome=\"%s\"",
             strcmp(text_at(item, "direction"), "pull") == 0 ? "internal" : "integration", object,
             text_at(item, "outcome"));
}

enum error_code record_counts_add(struct store *store, int64_t run, json_t **counts,
                                  struct error *error)
{
    char digits[TEXT_DIGITS], labels[LABELS_MOST];
    json_t *items = NULL;
    snprintf(digits, sizeof digits, "%lld", (long long)run);
    if (pages_count(store, COUNTS_OUTCOMES, text_of(digits), &items, error))
        return error->code;
    if (!*counts)
        *counts = json_object();
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *const item = json_array_get(items, i);
        write_labels(item, labels);
        const json_int_t before = json_integer_value(json_object_get(*counts, labels));
        const json_int_t more = json_integer_value(json_object_get(item, "count"));
        json_object_set_new(*counts, labels, json_integer(before + more));
    }
    json_decref(items);
    return ERROR_NONE;
}
