/* Open matters, counted and one by one. */
#include "cli/show/matter_output.h"

#include <inttypes.h>

#include "cli/show/listing.h"
#include "host/reasons.h"

/* ---- counted ---- */

static const struct reasons_matter *words_of(enum matter_reason reason)
{
    return reasons_of_matter(text_of(matter_reason_name(reason)));
}

static const char *count_reason(const void *item)
{
    return matter_reason_name(((const struct matter_count *)item)->reason);
}

static const char *count_meaning(const void *item)
{
    return words_of(((const struct matter_count *)item)->reason)->meaning;
}

static const char *count_advice(const void *item)
{
    return words_of(((const struct matter_count *)item)->reason)->advice;
}

#define COUNT_COLUMNS                                                                              \
    LISTING_MEMBER(">open", "open", COUNT, struct matter_count, open),                             \
        {.heading = "reason", .key = "reason", .type = LISTING_WORDS, .words = count_reason},      \
        LISTING_MEMBER("since", "since", INSTANT, struct matter_count, first),                     \
        {.heading = "what it is",                                                                  \
         .key = "meaning",                                                                         \
         .type = LISTING_WORDS,                                                                    \
         .words = count_meaning},                                                                  \
    {                                                                                              \
        .heading = "what to do", .key = "what_to_do", .type = LISTING_WORDS, .words = count_advice \
    }

static const struct listing_column count_columns[] = {COUNT_COLUMNS};
static const struct listing_column named_columns[] = {
    LISTING_MEMBER("integration", "integration", TEXT, struct matter_count, integration),
    COUNT_COLUMNS,
};

enum error_code matter_output_counts(const struct matter_count *counts, size_t count, bool named,
                                     struct error *error)
{
    const struct listing plain = LISTING(count_columns, counts, count);
    const struct listing with_names = LISTING(named_columns, counts, count);
    return listing_section(named ? &with_names : &plain, "what is open", 0, NULL, error);
}

json_t *matter_output_counts_json(const struct matter_count *counts, size_t count)
{
    const struct listing listing = LISTING(named_columns, counts, count);
    return listing_json(&listing);
}

/* ---- one by one ---- */

static const char *matter_reason(const void *item)
{
    return matter_reason_name(((const struct open_matter *)item)->reason);
}

static const char *matter_meaning(const void *item)
{
    return words_of(((const struct open_matter *)item)->reason)->meaning;
}

static const char *matter_advice(const void *item)
{
    return words_of(((const struct open_matter *)item)->reason)->advice;
}

static void name_cell(struct table *table, struct text object, struct text id, const char *missing)
{
    if (text_is_absent(object) && text_is_absent(id))
        table_cell(table, TEXT(""));
    else
        table_format(table, "%.*s:%.*s", TEXT_PRINT(object),
                     TEXT_PRINT(text_is_absent(id) ? text_of(missing) : id));
}

static void object_cell(struct table *table, const void *item)
{
    const struct open_matter *const matter = item;
    name_cell(table, matter->object, matter->id, "?");
}

static void record_cell(struct table *table, const void *item)
{
    const struct open_matter *const matter = item;
    name_cell(table, matter->integration_object, matter->integration_id, "(new)");
}

static const struct listing_column matter_columns[] = {
    {.heading = "reason", .key = "reason", .type = LISTING_WORDS, .words = matter_reason},
    {.heading = "ours", .cell = object_cell},
    LISTING_MEMBER(NULL, "object", TEXT, struct open_matter, object),
    LISTING_MEMBER(NULL, "id", TEXT, struct open_matter, id),
    {.heading = "theirs", .cell = record_cell},
    LISTING_MEMBER(NULL, "integration_object", TEXT, struct open_matter, integration_object),
    LISTING_MEMBER(NULL, "integration_id", TEXT, struct open_matter, integration_id),
    LISTING_MEMBER("field", "field", TEXT, struct open_matter, field),
    LISTING_MEMBER("since", "since", INSTANT, struct open_matter, first),
    LISTING_MEMBER("last met", "last", INSTANT, struct open_matter, last),
    LISTING_MEMBER("note", "message", TEXT, struct open_matter, message),
    {.key = "meaning", .type = LISTING_WORDS, .words = matter_meaning},
    {.key = "what_to_do", .type = LISTING_WORDS, .words = matter_advice},
};

enum error_code matter_output_list(const struct open_matter *matters, size_t count, size_t most,
                                   struct error *error)
{
    const struct listing listing = LISTING(matter_columns, matters, count);
    return listing_section(&listing, "open matters", most, "--json shows all", error);
}

json_t *matter_output_list_json(const struct open_matter *matters, size_t count)
{
    const struct listing listing = LISTING(matter_columns, matters, count);
    return listing_json(&listing);
}
