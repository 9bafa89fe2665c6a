/* Open matters, counted and one by one. */
#include "cli/show/matter_output.h"

#include "cli/show/listing.h"
#include "host/reasons.h"

/* ---- of a reason ---- */

static const char *name_of(const void *reason)
{
    return matter_reason_name(*(const enum matter_reason *)reason);
}

static const char *meaning_of(const void *reason)
{
    return reasons_of_matter(text_of(name_of(reason)))->meaning;
}

static const char *advice_of(const void *reason)
{
    return reasons_of_matter(text_of(name_of(reason)))->advice;
}

/* ---- counted ---- */

#define COUNT_COLUMNS                                                                              \
    LISTING_MEMBER(">open", "open", COUNT, struct matter_count, open),                             \
        LISTING_SAID("reason", "reason", struct matter_count, reason, name_of),                    \
        LISTING_MEMBER("since", "since", INSTANT, struct matter_count, first),                     \
        LISTING_SAID("what it is", "meaning", struct matter_count, reason, meaning_of),            \
        LISTING_SAID("what to do", "what_to_do", struct matter_count, reason, advice_of)

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

static const struct listing_column matter_columns[] = {
    LISTING_SAID("reason", "reason", struct open_matter, reason, name_of),
    LISTING_NAMED("ours", struct open_matter, object, id, "?"),
    LISTING_MEMBER(NULL, "object", TEXT, struct open_matter, object),
    LISTING_MEMBER(NULL, "id", TEXT, struct open_matter, id),
    LISTING_NAMED("theirs", struct open_matter, integration_object, integration_id, "(new)"),
    LISTING_MEMBER(NULL, "integration_object", TEXT, struct open_matter, integration_object),
    LISTING_MEMBER(NULL, "integration_id", TEXT, struct open_matter, integration_id),
    LISTING_MEMBER("field", "field", TEXT, struct open_matter, field),
    LISTING_MEMBER("since", "since", INSTANT, struct open_matter, first),
    LISTING_MEMBER("last met", "last", INSTANT, struct open_matter, last),
    LISTING_MEMBER("note", "message", TEXT, struct open_matter, message),
    LISTING_SAID(NULL, "meaning", struct open_matter, reason, meaning_of),
    LISTING_SAID(NULL, "what_to_do", struct open_matter, reason, advice_of),
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
