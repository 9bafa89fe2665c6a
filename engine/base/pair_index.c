/* pair_index: open addressing, linear probing, at most half full. */
#include "base/pair_index.h"

#include <stdint.h>

enum { FIRST_SLOTS = 32 }; /* a power of two, as all sizes are */

struct slot {
    uint64_t hash;
    struct text first, second;
    void *value; /* NULL: free */
};

struct pair_index {
    struct arena *arena;
    struct slot *slots;
    size_t slot_count;
    size_t used;
};

static uint64_t pair_hash(struct text first, struct text second)
{
    uint64_t hash = text_hash(first);

    /* Not symmetric, or ("a", "b") and ("b", "a") would always collide. */
    return (hash << 7 | hash >> 57) ^ (text_hash(second) * UINT64_C(0x9E3779B97F4A7C15));
}

/* The slot that has the key, or the free one where it belongs. */
static struct slot *slot_of(struct slot *slots, size_t slot_count, uint64_t hash, struct text first,
                            struct text second)
{
    size_t position = (size_t)hash & (slot_count - 1);

    while (slots[position].value) {
        const struct slot *slot = &slots[position];
        if (slot->hash == hash && text_equal(slot->first, first) &&
            text_equal(slot->second, second))
            break;
        position = (position + 1) & (slot_count - 1);
    }
    return &slots[position];
}

static enum error_code enlarge(struct pair_index *index, struct error *error)
{
    const size_t slot_count = index->slot_count * 2;
    struct slot *const slots = ARENA_ARRAY(index->arena, slot_count, struct slot);

    if (!slots)
        return error_memory(error, "an index of objects");
    for (size_t i = 0; i < index->slot_count; i++) {
        const struct slot *slot = &index->slots[i];
        if (slot->value)
            *slot_of(slots, slot_count, slot->hash, slot->first, slot->second) = *slot;
    }
    index->slots = slots;
    index->slot_count = slot_count;
    return ERROR_NONE;
}

enum error_code pair_index_new(struct arena *arena, struct pair_index **index, struct error *error)
{
    struct pair_index *const made = ARENA_NEW(arena, struct pair_index);
    struct slot *const slots = ARENA_ARRAY(arena, FIRST_SLOTS, struct slot);

    *index = NULL;
    if (!made || !slots)
        return error_memory(error, "an index of objects");
    *made = (struct pair_index){.arena = arena, .slots = slots, .slot_count = FIRST_SLOTS};
    *index = made;
    return ERROR_NONE;
}

enum error_code pair_index_add(struct pair_index *index, struct text first, struct text second,
                               void *value, struct error *error)
{
    const uint64_t hash = pair_hash(first, second);
    const enum error_code code =
        index->used >= index->slot_count / 2 ? enlarge(index, error) : ERROR_NONE;

    if (code)
        return code;
    struct slot *const slot = slot_of(index->slots, index->slot_count, hash, first, second);
    if (!slot->value) {
        *slot = (struct slot){.hash = hash, .first = first, .second = second, .value = value};
        index->used++;
    }
    return ERROR_NONE;
}

void *pair_index_find(const struct pair_index *index, struct text first, struct text second)
{
    return slot_of(index->slots, index->slot_count, pair_hash(first, second), first, second)->value;
}
