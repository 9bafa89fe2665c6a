/* Lists as tables and JSON, by one table of columns. */
#include "cli/show/listing.h"

#include <inttypes.h>
#include <string.h>

static const void *item_of(const struct listing *listing, size_t index)
{
    return (const char *)listing->items + index * listing->item_size;
}

static const void *member_of(const struct listing_column *column, const void *item)
{
    return (const char *)item + column->offset;
}

/* ---- JSON ---- */

static json_t *text_json(struct text text)
{
    json_t *const json = text_is_absent(text) ? NULL : json_loadb(text.bytes, text.length, 0, NULL);
    return json ? json : json_null();
}

static json_t *value_json(const struct listing_column *column, const void *item)
{
    const void *const member = member_of(column, item);
    if (column->json)
        return column->json(member);
    switch (column->type) {
    case LISTING_TEXT:
    case LISTING_DASHED:
        return value_json_text(*(const struct text *)member);
    case LISTING_NEW:
        return text_is_empty(*(const struct text *)member)
                   ? json_null()
                   : value_json_text(*(const struct text *)member);
    case LISTING_CHARS:
        return *(const char *)member ? value_json_text(text_of(member)) : json_null();
    case LISTING_NAME:
        break;
    case LISTING_JSON:
        return text_json(*(const struct text *)member);
    case LISTING_INSTANT:
        return value_json_instant(*(const instant *)member);
    case LISTING_KEY:
        if (!*(const int64_t *)member)
            return json_null();
        return json_integer((json_int_t) * (const int64_t *)member);
    case LISTING_INTEGER:
        return json_integer((json_int_t) * (const int64_t *)member);
    case LISTING_COUNT:
        return json_integer((json_int_t) * (const uint64_t *)member);
    case LISTING_FLAG:
    case LISTING_MARK:
        return json_boolean(*(const bool *)member);
    case LISTING_WORDS:
        return value_json_text(text_of(column->words(member)));
    }
    return NULL;
}

json_t *listing_json_item(const struct listing *listing, size_t index)
{
    json_t *const object = json_object();
    for (size_t i = 0; i < listing->column_count; i++) {
        const struct listing_column *const column = &listing->columns[i];
        if (!column->key)
            continue;
        if (json_object_set_new(object, column->key, value_json(column, item_of(listing, index)))) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

json_t *listing_json(const struct listing *listing)
{
    json_t *const array = json_array();
    for (size_t i = 0; i < listing->count; i++) {
        if (json_array_append_new(array, listing_json_item(listing, i))) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

/* ---- the table ---- */

static void add_name(struct table *table, const struct listing_column *column, const void *item)
{
    const struct text object = *(const struct text *)member_of(column, item);
    const struct text id = *(const struct text *)(const void *)((const char *)item + column->id);
    if (text_is_absent(object) && text_is_absent(id))
        table_cell(table, TEXT(""));
    else
        table_format(table, "%.*s:%.*s", TEXT_PRINT(object),
                     TEXT_PRINT(text_is_absent(id) ? text_of(column->missing) : id));
}

static void add_cell(struct table *table, const struct listing_column *column, const void *item)
{
    const void *const member = member_of(column, item);
    if (column->cell) {
        column->cell(table, member);
        return;
    }
    switch (column->type) {
    case LISTING_TEXT:
    case LISTING_JSON:
        table_cell(table, *(const struct text *)member);
        break;
    case LISTING_DASHED:
        table_cell(table, text_is_absent(*(const struct text *)member)
                              ? TEXT("-")
                              : *(const struct text *)member);
        break;
    case LISTING_NEW:
        table_cell(table, text_is_empty(*(const struct text *)member)
                              ? TEXT("(new)")
                              : *(const struct text *)member);
        break;
    case LISTING_CHARS:
        table_cell(table, text_of(member));
        break;
    case LISTING_NAME:
        add_name(table, column, item);
        break;
    case LISTING_INSTANT:
        table_instant(table, *(const instant *)member);
        break;
    case LISTING_KEY:
    case LISTING_INTEGER:
        if (column->type == LISTING_KEY && !*(const int64_t *)member)
            table_cell(table, TEXT("-"));
        else
            table_format(table, "%" PRId64, *(const int64_t *)member);
        break;
    case LISTING_COUNT:
        table_format(table, "%" PRIu64, *(const uint64_t *)member);
        break;
    case LISTING_FLAG:
        table_format(table, "%s", *(const bool *)member ? "yes" : "no");
        break;
    case LISTING_MARK:
        table_format(table, "%s", *(const bool *)member ? "yes" : "");
        break;
    case LISTING_WORDS:
        table_cell(table, text_of(column->words(member)));
        break;
    }
}

enum error_code listing_print(const struct listing *listing, FILE *stream, struct error *error)
{
    struct table table = {.columns = 0};
    const struct listing_column *const columns = listing->columns;
    for (size_t i = 0; i < listing->column_count; i++)
        if (columns[i].heading)
            table_heading(&table, text_of(columns[i].heading));
    for (size_t i = 0; i < listing->count; i++)
        for (size_t j = 0; j < listing->column_count; j++)
            if (columns[j].heading)
                add_cell(&table, &columns[j], item_of(listing, i));
    return table_print(&table, stream, error);
}

enum error_code listing_section(const struct listing *listing, const char *title, size_t most,
                                const char *see, struct error *error)
{
    struct listing shown = *listing;
    if (!listing->count)
        return ERROR_NONE;
    if (most && most < shown.count)
        shown.count = most;
    printf("\n%s\n", title);
    if (listing_print(&shown, stdout, error))
        return error->code;
    if (shown.count < listing->count)
        printf("... and %zu more: %s\n", listing->count - shown.count, see);
    return ERROR_NONE;
}

enum error_code listing_show_whole(const struct listing *listing, bool json, struct error *error)
{
    if (json)
        return output_json(listing_json(listing), error);
    return listing_print(listing, stdout, error) ? error->code : output_flush(error);
}

enum error_code listing_show(const struct listing *listing, bool json, const char *nothing,
                             struct error *error)
{
    if (json || listing->count)
        return listing_show_whole(listing, json, error);
    if (nothing)
        puts(nothing);
    return output_flush(error);
}

/* ---- tables of what is JSON already ---- */

/* Follow "pull.reported" from `row` on. */
static const json_t *json_at(const json_t *row, const char *path)
{
    while (*path) {
        const size_t length = strcspn(path, ".");
        row = json_object_getn(row, path, length);
        path += length + (path[length] == '.');
    }
    return row;
}

static void add_json_cell(struct table *table, const struct listing_member *member,
                          const json_t *row)
{
    const json_t *const value = member->cell ? NULL : json_at(row, member->path);
    if (member->cell)
        member->cell(table, row);
    else if (json_is_string(value))
        table_cell(table, text_of(json_string_value(value)));
    else if (json_is_integer(value))
        table_format(table, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        table_format(table, "%.1f", json_real_value(value));
    else
        table_cell(table, json_is_true(value) ? TEXT("yes") : text_of(member->otherwise));
}

enum error_code listing_print_json(const struct listing_member *members, size_t count,
                                   const json_t *rows, FILE *stream, struct error *error)
{
    struct table table = {.columns = 0};
    const json_t *row = NULL;
    size_t i = 0;
    for (size_t j = 0; j < count; j++)
        table_heading(&table, text_of(members[j].heading));
    json_array_foreach(rows, i, row)
    {
        for (size_t j = 0; j < count; j++)
            add_json_cell(&table, &members[j], row);
    }
    return table_print(&table, stream, error);
}
