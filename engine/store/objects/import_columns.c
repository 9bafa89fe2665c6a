/* The header of a CSV file: names, labels, and what the options say. */
#include "store/objects/import.h"

#include <string.h>

/* Is the field that of one of the columns before? */
static bool is_named_before(const struct import_columns *columns, size_t index)
{
    for (size_t before = 0; before < index; before++)
        if (text_equal(columns->names[before], columns->names[index]))
            return true;
    return false;
}

static char plain_letter(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

/* Are they the same but for letter case, blanks and punctuation: "E-Mail" and "email"? */
static bool is_alike(struct text left, struct text right)
{
    static const char ignored[] = " \t-_./(),:;";
    size_t i = 0, j = 0;
    for (;;) {
        while (i < left.length && left.bytes[i] && strchr(ignored, left.bytes[i]))
            i++;
        while (j < right.length && right.bytes[j] && strchr(ignored, right.bytes[j]))
            j++;
        if (i == left.length || j == right.length)
            return i == left.length && j == right.length && i > 0;
        if (plain_letter(left.bytes[i++]) != plain_letter(right.bytes[j++]))
            return false;
    }
}

/* The field that a column is named after, else by its label; absent if there is none, or several.
 */
static struct text field_named(const struct import *import, struct text name)
{
    const struct object_schema *const schema = &import->object->schema;
    struct text found = TEXT_ABSENT;
    if (store_field_of(import->object, name) != SIZE_MAX)
        return name;
    if (is_alike(name, TEXT("id")))
        return TEXT("id");
    for (int by_label = 0; by_label < 2 && text_is_absent(found); by_label++) {
        size_t count = 0;
        for (size_t index = 0; index < schema->field_count; index++) {
            const struct field_schema *const field = &schema->fields[index];
            if (!is_alike(name, by_label ? field->label : field->name))
                continue;
            found = field->name;
            count++;
        }
        if (count > 1)
            return TEXT_ABSENT;
    }
    return found;
}

/* What the options or the fields say of a column; *left_out: nothing of it is taken. */
struct text import_columns_field(const struct import *import, struct text name, bool *left_out)
{
    const struct import_options *const options = import->options;
    *left_out = false;
    for (size_t i = 0; options && i < options->map_count; i++) {
        if (!text_equal(options->maps[i].column, name))
            continue;
        *left_out = text_is_empty(options->maps[i].field);
        return options->maps[i].field;
    }
    return field_named(import, name);
}

static enum error_code unknown_column(const struct import *import, struct text name,
                                      struct error *error)
{
    if (!name.length)
        return error_set(error, ERROR_INVALID,
                         "a column of the header has no name: give it one, or leave it out by "
                         "--map '='");
    return error_set(error, ERROR_INVALID,
                     "the header names a field '%.*s' that '%.*s' does not have; 'tandem field "
                     "list %.*s' shows them, --map '%.*s=FIELD' says which one it is, and --map "
                     "'%.*s=' leaves it out",
                     TEXT_PRINT(name), TEXT_PRINT(import->object->schema.name),
                     TEXT_PRINT(import->object->schema.name), TEXT_PRINT(name), TEXT_PRINT(name));
}

/* Its field in the place of its name; an empty one for what is left out. */
static enum error_code settle_column(const struct import *import, struct import_columns *columns,
                                     size_t index, struct error *error)
{
    const struct text name = columns->names[index];
    bool left_out = false;
    const struct text field = import_columns_field(import, name, &left_out);
    struct import_result *const result = import->result;
    const bool unknown =
        !left_out && (text_is_absent(field) || (!text_equal(field, TEXT("id")) &&
                                                store_field_of(import->object, field) == SIZE_MAX));
    /* Whoever looks first sees the rest of the file all the same. */
    const bool passed_over = unknown && import->options && import->options->preview;

    if (result->column_count < IMPORT_COLUMNS_TOLD) {
        struct import_column *const told = &result->columns[result->column_count++];
        told->unknown = unknown;
        (void)snprintf(told->name, sizeof told->name, "%.*s", TEXT_PRINT(name));
        (void)snprintf(told->field, sizeof told->field, "%.*s",
                       TEXT_PRINT(unknown ? TEXT("") : field));
    }
    columns->names[index] = left_out || passed_over ? TEXT("") : field;
    if (left_out || passed_over)
        return ERROR_NONE;
    if (unknown)
        return unknown_column(import, text_is_absent(field) ? name : field, error);
    if (is_named_before(columns, index))
        return error_set(error, ERROR_INVALID,
                         "the header names '%.*s' twice, the second time in column %zu: rename one "
                         "of them, or leave it out by --map 'COLUMN='",
                         TEXT_PRINT(field), index + 1);
    return ERROR_NONE;
}

enum error_code import_columns_read(struct import *import, struct csv_reader *reader,
                                    struct arena *arena, struct import_columns *columns,
                                    struct error *error)
{
    bool there = false;
    enum error_code code = csv_reader_look(reader, error);
    if (!code)
        code = csv_read(reader, &there, error);

    columns->id = SIZE_MAX;
    columns->count = reader->count;
    columns->names = ARENA_ARRAY(arena, reader->count, struct text);
    if (!code && !columns->names)
        code = error_memory(error, "a header");
    if (!code && !there)
        return error_set(error, ERROR_INVALID,
                         "the file is empty; a header of field names is needed");
    for (size_t index = 0; !code && index < columns->count; index++) {
        code = text_copy(arena, text_trim(csv_cell(reader, index)), &columns->names[index], error);
        if (!code)
            code = settle_column(import, columns, index, error);
        if (!code && text_equal(columns->names[index], TEXT("id")))
            columns->id = index;
    }
    return code;
}
