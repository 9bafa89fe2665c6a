/* Finds the name that a mistyped word may have meant. */
#include "base/text_nearest.h"

#include <string.h>

enum { MAX_WORD = 64 };

/* Optimal string alignment distance: insert, delete, replace, swap of neighbors. */
static size_t distance(const char *left, const char *right)
{
    const size_t rows = strlen(left), columns = strlen(right);
    size_t table[3][MAX_WORD + 1];
    if (rows > MAX_WORD || columns > MAX_WORD)
        return MAX_WORD;
    for (size_t j = 0; j <= columns; j++)
        table[0][j] = j;
    for (size_t i = 1; i <= rows; i++) {
        size_t *const row = table[i % 3];
        const size_t *const above = table[(i - 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            size_t best = above[j - 1] + (left[i - 1] != right[j - 1]);
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] &&
                table[(i - 2) % 3][j - 2] + 1 < best)
                best = table[(i - 2) % 3][j - 2] + 1;
            row[j] = best;
        }
    }
    return table[rows % 3][columns];
}

const char *text_nearest(const char *word, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    const size_t length = strlen(word);
    size_t least = length < 4 ? 2 : length / 3 + 2; /* must be below this to be a suggestion */
    for (size_t i = 0; i < count; i++) {
        size_t far = distance(word, names[i]);
        /* "--start" for "--start-datetime": a beginning counts as near. */
        if (length >= 3 && strncmp(word, names[i], length) == 0)
            far = 1;
        if (far < least) {
            least = far;
            nearest = names[i];
        }
    }
    return nearest;
}
