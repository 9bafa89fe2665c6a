/* A set of pairs of texts; what was added stays in an arena, with a mark whether it still
 * counts. */
#include "base/text_set.h"

#include "base/pair_index.h"

struct text_set {
    struct arena *arena;
    struct pair_index *index; /* of a bool each */
};

static enum error_code begin(struct text_set **set, struct error *error)
{
    struct arena *const arena = arena_new(0);
    struct text_set *const made = arena ? ARENA_NEW(arena, struct text_set) : NULL;
    if (!made || pair_index_new(arena, &made->index, error)) {
        arena_free(arena);
        return error_memory(error, "a set of texts");
    }
    made->arena = arena;
    *set = made;
    return ERROR_NONE;
}

static bool *find_place(const struct text_set *set, struct text first, struct text second)
{
    return set ? pair_index_find(set->index, first, second) : NULL;
}

enum error_code text_set_add(struct text_set **set, struct text first, struct text second,
                             bool *added, struct error *error)
{
    bool *there = find_place(*set, first, second);
    *added = false;
    if (!there) {
        if (!*set && begin(set, error))
            return error->code;
        there = ARENA_NEW((*set)->arena, bool);
        if (!there)
            return error_memory(error, "a set of texts");
        if (text_copy((*set)->arena, first, &first, error) ||
            text_copy((*set)->arena, second, &second, error) ||
            pair_index_add((*set)->index, first, second, there, error))
            return error->code;
    }
    *added = !*there;
    *there = true;
    return ERROR_NONE;
}

void text_set_remove(struct text_set **set, struct text first, struct text second)
{
    bool *const there = find_place(*set, first, second);
    if (there)
        *there = false;
}

bool text_set_has(struct text_set *const *set, struct text first, struct text second)
{
    const bool *const there = find_place(*set, first, second);
    return there && *there;
}

void text_set_free(struct text_set **set)
{
    if (*set)
        arena_free((*set)->arena);
    *set = NULL;
}
