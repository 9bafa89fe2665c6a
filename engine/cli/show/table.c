/* Aligned tables of output.h. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cli/show/output.h"

struct table {
    const char *const *headings;
    size_t columns;
    char **cells;
    size_t count, capacity;
    bool out_of_memory;
};

enum { GAP = 2 };

struct table *table_new(const char *const *headings, size_t columns)
{
    struct table *const table = calloc(1, sizeof *table);
    if (table)
        *table = (struct table){.headings = headings, .columns = columns};
    return table;
}

void table_free(struct table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i]);
    free(table->cells);
    free(table);
}

/* Escaped, so that its width is known and no terminal executes it. */
static char *escaped(struct text text)
{
    char *out = NULL;
    size_t size = 0;
    FILE *const stream = open_memstream(&out, &size);
    if (!stream)
        return NULL;
    terminal_text(stream, text);
    if (fclose(stream) != 0) {
        free(out);
        return NULL;
    }
    return out;
}

void table_cell(struct table *table, struct text text)
{
    char **const cells =
        array_grow_heap(table->cells, table->count, &table->capacity, sizeof *cells);
    char *const cell = cells ? escaped(text) : NULL;
    if (cells)
        table->cells = cells;
    if (cell)
        cells[table->count++] = cell;
    else
        table->out_of_memory = true;
}

void table_format(struct table *table, const char *format, ...)
{
    char text[ERROR_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    table_cell(table, text_of(text));
}

void table_instant(struct table *table, instant at)
{
    char text[INSTANT_TEXT_SIZE];
    table_cell(table, text_of(instant_format_human(at, text)));
}

static bool right_aligned(const struct table *table, size_t column)
{
    return table->headings[column][0] == '>';
}

static size_t width_of(const char *text)
{
    const struct text view = text_of(text);
    return text_is_utf8(view) ? text_characters(view) : view.length;
}

/* One row; nothing is printed behind its last cell that is not empty. */
static void print_row(const struct table *table, FILE *stream, const size_t *widths,
                      const char *const *cells)
{
    size_t columns = table->columns;
    while (columns > 0 && !*cells[columns - 1])
        columns--;
    for (size_t column = 0; column < columns; column++) {
        const bool last = column + 1 == columns, right = right_aligned(table, column);
        const int padding = (int)(widths[column] - width_of(cells[column]));
        fprintf(stream, "%*s%s%*s", right ? padding : 0, "", cells[column],
                (right || last ? 0 : padding) + (last ? 0 : GAP), "");
    }
    fputc('\n', stream);
}

/* Headings without their marks, then all cells. */
static enum error_code print_rows(const struct table *table, FILE *stream, const size_t *widths,
                                  struct error *error)
{
    const char **const headings = calloc(table->columns, sizeof *headings);
    if (!headings)
        return error_memory(error, "a table");
    for (size_t column = 0; column < table->columns; column++)
        headings[column] = table->headings[column] + right_aligned(table, column);
    print_row(table, stream, widths, headings);
    free(headings);
    for (size_t i = 0; i + table->columns <= table->count; i += table->columns)
        print_row(table, stream, widths, (const char *const *)table->cells + i);
    return ERROR_NONE;
}

enum error_code table_print(const struct table *table, FILE *stream, struct error *error)
{
    if (table->out_of_memory)
        return error_memory(error, "a table");
    size_t *const widths = calloc(table->columns, sizeof *widths);
    if (!widths)
        return error_memory(error, "a table");
    for (size_t column = 0; column < table->columns; column++)
        widths[column] = width_of(table->headings[column] + right_aligned(table, column));
    for (size_t i = 0; i < table->count; i++) {
        const size_t width = width_of(table->cells[i]);
        if (width > widths[i % table->columns])
            widths[i % table->columns] = width;
    }
    const enum error_code code = print_rows(table, stream, widths, error);
    free(widths);
    return code;
}
