/* Running the statements of page_queries.c, and keys as texts: base64url of a JSON array. */
#include "store/service/page_queries.h"

#include <stdlib.h>
#include <string.h>

#include "model/outcome.h"
#include "model/value_json.h"
#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

enum { KEY_MOST = 4096 };

/* ---- keys ---- */

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static enum error_code encode(struct text plain, struct arena *arena, struct text *key,
                              struct error *error)
{
    char *const out = arena_alloc(arena, plain.length / 3 * 4 + 5);
    size_t length = 0;
    unsigned bits = 0, count = 0;

    if (!out)
        return error_memory(error, "a key");
    for (size_t i = 0; i < plain.length; i++) {
        bits = bits << 8 | (unsigned char)plain.bytes[i];
        for (count += 8; count >= 6; count -= 6)
            out[length++] = letters[bits >> (count - 6) & 63];
    }
    if (count)
        out[length++] = letters[bits << (6 - count) & 63];
    *key = (struct text){out, length};
    return ERROR_NONE;
}

static bool decode(struct text key, char plain[KEY_MOST], size_t *length)
{
    unsigned bits = 0, count = 0;

    *length = 0;
    for (size_t i = 0; i < key.length; i++) {
        const char *const found = key.bytes[i] ? strchr(letters, key.bytes[i]) : NULL;
        if (!found || *length + 1 >= KEY_MOST)
            return false;
        bits = bits << 6 | (unsigned)(found - letters);
        count += 6;
        if (count >= 8) {
            plain[(*length)++] = (char)(bits >> (count - 8) & 255);
            count -= 8;
        }
    }
    return true;
}

static struct text text_of_json(const json_t *string)
{
    return (struct text){json_string_value(string), json_string_length(string)};
}

/* An array with a part for each letter of `kinds`; the caller's. */
static enum error_code read_key(struct text key, const char *kinds, json_t **parts,
                                struct error *error)
{
    char plain[KEY_MOST];
    size_t length = 0;

    *parts = decode(key, plain, &length) ? json_loadb(plain, length, JSON_ALLOW_NUL, NULL) : NULL;
    bool fits = json_is_array(*parts) && json_array_size(*parts) == strlen(kinds);
    for (size_t i = 0; fits && kinds[i]; i++) {
        const json_t *const part = json_array_get(*parts, i);
        fits = kinds[i] == 'i' ? json_is_integer(part) : json_is_string(part);
    }
    if (fits)
        return ERROR_NONE;
    json_decref(*parts);
    *parts = NULL;
    return error_set(error, ERROR_USAGE,
                     "this is not a position in this list; give 'next' of a page of it as 'after'");
}

static enum error_code write_key(struct sql_statement *statement, const char *kinds,
                                 struct arena *arena, struct text *key, struct error *error)
{
    json_t *const parts = json_array();

    for (int i = 0; kinds[i]; i++)
        json_array_append_new(parts, kinds[i] == 'i' ? json_integer(sql_integer(statement, i))
                                                     : value_json_text(sql_text(statement, i)));
    char *const plain = json_dumps(parts, JSON_COMPACT);
    json_decref(parts);
    const enum error_code code =
        plain ? encode(text_of(plain), arena, key, error) : error_memory(error, "a key");
    free(plain);
    return code;
}

enum error_code pages_matter(struct text key, struct arena *arena,
                             struct text parts[PAGE_MATTER_PARTS], struct error *error)
{
    json_t *array = NULL;
    enum error_code code = read_key(key, page_statements[PAGE_MATTERS].keys, &array, error);

    for (size_t i = 0; !code && i < PAGE_MATTER_PARTS; i++)
        code = text_copy(arena, text_of_json(json_array_get(array, i)), &parts[i], error);
    json_decref(array);
    return code;
}

/* ---- rows ---- */

static json_t *json_of_text(struct text text)
{
    json_t *const json =
        text_is_absent(text) ? NULL : json_loadb(text.bytes, text.length, JSON_DECODE_ANY, NULL);
    return json ? json : json_null();
}

static json_t *column_json(struct sql_statement *statement, int column, char kind)
{
    const bool is_null = sql_is_null(statement, column);
    const int64_t number = sql_integer(statement, column);

    switch (kind) {
    case 'i':
        return is_null ? json_null() : json_integer(number);
    case 'a':
        return value_json_instant(sql_instant(statement, column));
    case 'b':
        return json_boolean(number != 0);
    case 'j':
        return json_of_text(sql_text(statement, column));
    case 'd':
        return json_string(number ? "pull" : "push");
    case 'o':
        return json_string(outcome_name((enum outcome_kind)number));
    default:
        return value_json_text(sql_text(statement, column));
    }
}

/* The columns from `first` on, as one item more. */
static void add_row(struct rows *rows, int first, const char *columns, struct text key,
                    json_t *items)
{
    json_t *const item = json_object();

    for (int i = 0; columns[i]; i++)
        json_object_set_new(item, sql_column_name(rows->statement, first + i),
                            columns[i] == 'k'
                                ? value_json_text(key)
                                : column_json(rows->statement, first + i, columns[i]));
    if (json_array_append_new(items, item) != 0)
        rows->code = error_memory(rows->error, "a list");
}

static void bind(struct rows *rows, const struct page_query *query, const json_t *parts)
{
    const struct page_statement *const page = &page_statements[query->page];
    int place = 0;
    bool bound = true;

    for (size_t i = 0; i < page->parameters; i++)
        bound &= sql_bind_text(rows->statement, ++place, query->parameters[i]);
    for (size_t i = 0; page->keys[i]; i++) {
        const json_t *const part = json_array_get(parts, i);
        bound &= json_is_integer(part)
                     ? sql_bind_integer(rows->statement, ++place, json_integer_value(part))
                     : sql_bind_text(rows->statement, ++place, text_of_json(part));
    }
    bound &= sql_bind_integer(rows->statement, ++place, (int64_t)query->limit + 1);
    if (!bound)
        rows->code = sql_failed(rows->sql, rows->error, "read a page");
}

/* Rows until the page is full; one more tells that there is another page. */
static enum error_code read_page(struct store *store, const struct page_query *query,
                                 const json_t *parts, struct arena *arena, json_t *items,
                                 struct text *next, struct error *error)
{
    const struct page_statement *const page = &page_statements[query->page];
    struct text key = TEXT_ABSENT;
    struct rows rows;

    rows_open(&rows, &store->sql, NULL, error, page->sql, "");
    if (!rows.code)
        bind(&rows, query, parts);
    while (rows_next(&rows)) {
        if (json_array_size(items) == query->limit) {
            *next = key;
            break;
        }
        rows.code = write_key(rows.statement, page->keys, arena, &key, error);
        if (!rows.code)
            add_row(&rows, (int)strlen(page->keys), page->columns, key, items);
    }
    return rows_close(&rows);
}

/* Nothing is left of a list that failed. */
static enum error_code keep_items(json_t **items, enum error_code code)
{
    if (code) {
        json_decref(*items);
        *items = NULL;
    }
    return code;
}

enum error_code pages_read(struct store *store, const struct page_query *query, struct arena *arena,
                           json_t **items, struct text *next, struct error *error)
{
    json_t *parts = NULL;
    enum error_code code = ERROR_NONE;

    *next = TEXT_ABSENT;
    *items = json_array();
    if (!text_is_absent(query->after))
        code = read_key(query->after, page_statements[query->page].keys, &parts, error);
    if (!code)
        code = *items ? read_page(store, query, parts, arena, *items, next, error)
                      : error_memory(error, "a page");
    json_decref(parts);
    return keep_items(items, code);
}

enum error_code pages_count(struct store *store, enum page_counts counts, struct text parameter,
                            json_t **items, struct error *error)
{
    const struct count_statement *const count = &count_statements[counts];
    struct rows rows;

    *items = json_array();
    rows_open(&rows, &store->sql, NULL, error, count->sql, "t", parameter);
    while (rows_next(&rows))
        add_row(&rows, 0, count->columns, TEXT_ABSENT, *items);
    return keep_items(items, rows_close(&rows));
}
