/*
 * listing: a list of things of one kind, as a table for people and as JSON for programs.
 *
 * One table of columns describes both, so that they cannot tell different things. Nothing is owned:
 * items and columns are borrowed while a function runs.
 */
#ifndef TANDEM_CLI_SHOW_LISTING_H
#define TANDEM_CLI_SHOW_LISTING_H

#include "cli/show/output.h"

/* What a column is read from: a member of the item. */
enum listing_type {
    LISTING_TEXT,    /* struct text; absent: null, an empty cell */
    LISTING_DASHED,  /* the same; absent: null, "-" */
    LISTING_NEW,     /* the same; absent or empty: null, "(new)" */
    LISTING_CHARS,   /* an array of char; "": null, an empty cell */
    LISTING_NAME,    /* struct text of an object, with its `id`: "contact:12"; for people */
    LISTING_JSON,    /* struct text that is JSON; absent or not JSON: null; not for people */
    LISTING_INSTANT, /* instant; INSTANT_NONE: null, "-" */
    LISTING_INTEGER, /* int64_t */
    LISTING_KEY,     /* int64_t; 0: null, "-" */
    LISTING_COUNT,   /* uint64_t */
    LISTING_FLAG,    /* bool; "yes" or "no" */
    LISTING_MARK,    /* bool; "yes" or an empty cell */
    LISTING_WORDS    /* what `words` says of it */
};

/* The functions get the member; by an offset of 0, the item. */
struct listing_column {
    const char *heading; /* as table_heading has it; NULL: for programs only */
    const char *key;     /* NULL: for people only */
    enum listing_type type;
    size_t offset;                            /* of the member */
    size_t id;                                /* LISTING_NAME: of the struct text with the id */
    const char *missing;                      /* LISTING_NAME: what stands for an absent id */
    const char *(*words)(const void *member); /* static; NULL: null, an empty cell */
    json_t *(*json)(const void *member);      /* in place of what `type` gives; NULL: none */
    void (*cell)(struct table *table, const void *member); /* the same for the table */
};

/* A column that shows a member of a struct as it is. */
#define LISTING_MEMBER(heading_, key_, type_, item_, member_)                                      \
    {                                                                                              \
        .heading = (heading_), .key = (key_), .type = LISTING_##type_,                             \
        .offset = offsetof(item_, member_)                                                         \
    }
/* One that shows what a function says of it. */
#define LISTING_SAID(heading_, key_, item_, member_, words_)                                       \
    {                                                                                              \
        .heading = (heading_), .key = (key_), .type = LISTING_WORDS,                               \
        .offset = offsetof(item_, member_), .words = (words_)                                      \
    }
/* One that names an object by its kind and id. */
#define LISTING_NAMED(heading_, item_, object_, id_, missing_)                                     \
    {                                                                                              \
        .heading = (heading_), .type = LISTING_NAME, .offset = offsetof(item_, object_),           \
        .id = offsetof(item_, id_), .missing = (missing_)                                          \
    }

struct listing {
    const struct listing_column *columns;
    size_t column_count;
    const void *items;
    size_t count, item_size;
};

/* A listing of an array of structs, by a table of columns. */
#define LISTING(columns_, items_, count_)                                                          \
    {                                                                                              \
        .columns = (columns_), .column_count = sizeof(columns_) / sizeof *(columns_),              \
        .items = (items_), .count = (count_), .item_size = sizeof *(items_)                        \
    }

/* An array of objects, and the object of one item. NULL if out of memory, which output_json
 * reports. */
json_t *listing_json(const struct listing *listing);
json_t *listing_json_item(const struct listing *listing, size_t index);
/* The table; an empty one has its headings only. */
WARN_UNUSED enum error_code listing_print(const struct listing *listing, FILE *stream,
                                          struct error *error);
/* On standard output, one part of a longer text: an empty line, `title`, the table of the first
 * `most` items (0: all), and how many more there are, where `see` tells of them. Nothing if the
 * list is empty. */
WARN_UNUSED enum error_code listing_section(const struct listing *listing, const char *title,
                                            size_t most, const char *see, struct error *error);
/* On standard output: the array as `json`, else the table, an empty one as well. */
WARN_UNUSED enum error_code listing_show_whole(const struct listing *listing, bool json,
                                               struct error *error);
/* On standard output: the array as `json`, else the table, or `nothing` (NULL: say nothing) if the
 * list is empty. */
WARN_UNUSED enum error_code listing_show(const struct listing *listing, bool json,
                                         const char *nothing, struct error *error);

/* ---- tables of what is JSON already ---- */

struct listing_member {
    const char *heading;   /* as table_heading has it */
    const char *path;      /* "run" or "pull.reported" */
    const char *otherwise; /* what is shown for null, false and what is missing */
    void (*cell)(struct table *table, const json_t *row); /* in place of `path`; NULL: none */
};

/* The rows of an array of objects: texts, integers, other numbers with one digit, and "yes". */
WARN_UNUSED enum error_code listing_print_json(const struct listing_member *members, size_t count,
                                               const json_t *rows, FILE *stream,
                                               struct error *error);

#endif
