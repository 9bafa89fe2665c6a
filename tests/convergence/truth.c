#include "convergence/truth.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct cell cell_of_number(double number, int decimals)
{
    struct cell cell = {.null = false};
    snprintf(cell.text, sizeof cell.text, "%.*f", decimals, number);
    char *const point = strchr(cell.text, '.');
    for (size_t end = strlen(cell.text); point && end-- > 0 && strchr("0.", cell.text[end]);) {
        const bool done = cell.text[end] == '.';
        cell.text[end] = '\0';
        if (done)
            break;
    }
    return cell;
}

struct cell cell_of_value(const struct value *value)
{
    struct cell cell = {.null = value->kind == VALUE_NULL};
    if (value->kind == VALUE_TEXT)
        snprintf(cell.text, sizeof cell.text, "%.*s", TEXT_PRINT(value->as.text));
    else if (value->kind == VALUE_INTEGER)
        snprintf(cell.text, sizeof cell.text, "%" PRId64, value->as.integer);
    else if (value->kind == VALUE_NUMBER)
        cell = cell_of_number(value->as.number, CELL_DECIMALS);
    return cell;
}

const char *cell_shown(const struct cell *cell)
{
    return cell->null ? "null" : cell->text;
}

bool cell_is_empty(const struct cell *cell)
{
    return cell->null || cell->text[0] == '\0';
}

bool cell_equal(const struct cell *left, const struct cell *right)
{
    const bool left_empty = cell_is_empty(left), right_empty = cell_is_empty(right);
    if (left_empty || right_empty)
        return left_empty && right_empty;
    return strcmp(left->text, right->text) == 0;
}

size_t truth_add(struct truth *truth, const struct edit *edit)
{
    if (truth->count == TRUTH_MAX)
        return SIZE_MAX;
    truth->edits[truth->count] = *edit;
    return truth->count++;
}
