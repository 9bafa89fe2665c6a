/* Aligned tables of output.h. */
#include <stdlib.h>

#include "base/array.h"
#include "cli/show/output.h"

enum { GAP = 2 };

void table_release(struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i]);
    free(table->cells);
    *table = (struct table){.columns = 0};
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

void table_heading(struct table *table, struct text text)
{
    table->columns++;
    table_cell(table, text);
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
    return table->cells[column][0] == '>';
}

/* A heading without its mark, or a cell. */
static const char *shown(const struct table *table, size_t index)
{
    return table->cells[index] + (index < table->columns && right_aligned(table, index));
}

static size_t width_of(const char *text)
{
    const struct text view = text_of(text);
    return text_is_utf8(view) ? text_characters(view) : view.length;
}

/* One row; nothing is printed behind its last cell that is not empty. */
static void print_row(const struct table *table, FILE *stream, const size_t *widths, size_t first)
{
    size_t columns = table->columns;
    while (columns > 0 && !*shown(table, first + columns - 1))
        columns--;
    for (size_t column = 0; column < columns; column++) {
        const char *const cell = shown(table, first + column);
        const bool last = column + 1 == columns, right = right_aligned(table, column);
        const int padding = (int)(widths[column] - width_of(cell));
        fprintf(stream, "%*s%s%*s", right ? padding : 0, "", cell,
                (right || last ? 0 : padding) + (last ? 0 : GAP), "");
    }
    fputc('\n', stream);
}

enum error_code table_print(struct table *table, FILE *stream, struct error *error)
{
    size_t *const widths = table->out_of_memory ? NULL : calloc(table->columns, sizeof *widths);
    const bool printed = widths;
    for (size_t i = 0; widths && i < table->count; i++) {
        const size_t width = width_of(shown(table, i));
        if (width > widths[i % table->columns])
            widths[i % table->columns] = width;
    }
    for (size_t i = 0; widths && i + table->columns <= table->count; i += table->columns)
        print_row(table, stream, widths, i);
    free(widths);
    table_release(table);
    return printed ? ERROR_NONE : error_memory(error, "a table");
}
