/* Finds the name that a mistyped word may have meant. */
#include "base/text_nearest.h"

enum { MAX_WORD = 64 };

/* Optimal string alignment distance: insert, delete, replace, swap of neighbors. */
static size_t distance(struct text left, struct text right)
{
    const size_t rows = left.length, columns = right.length;
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
            size_t best = above[j - 1] + (left.bytes[i - 1] != right.bytes[j - 1]);
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && left.bytes[i - 1] == right.bytes[j - 2] &&
                left.bytes[i - 2] == right.bytes[j - 1] && table[(i - 2) % 3][j - 2] + 1 < best)
                best = table[(i - 2) % 3][j - 2] + 1;
            row[j] = best;
        }
    }
    return table[rows % 3][columns];
}

struct text_nearest text_nearest_to(struct text word)
{
    return (struct text_nearest){.word = word, .far = word.length < 4 ? 2 : word.length / 3 + 2};
}

void text_nearest_offer(struct text_nearest *nearest, struct text name)
{
    /* "--start" for "--start-datetime": a beginning counts as near. */
    const bool begins = nearest->word.length >= 3 && text_starts_with(name, nearest->word);
    const size_t far = begins ? 1 : distance(nearest->word, name);
    if (far < nearest->far) {
        nearest->far = far;
        nearest->name = name;
    }
}

const char *text_nearest(const char *word, const char *const *names, size_t count)
{
    struct text_nearest nearest = text_nearest_to(text_of(word));
    for (size_t i = 0; i < count; i++)
        text_nearest_offer(&nearest, text_of(names[i]));
    return nearest.name.bytes;
}
