/* A set of pairs of texts, as a hash table. */
#include "base/text_set.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

struct text_set {
    UT_hash_handle hh;
    size_t length;
    char key[];
};

/* One key of two texts: the length of the first keeps ("a", "bc") apart from ("ab", "c"). */
static struct text_set *text_set_key(struct text first, struct text second)
{
    const size_t length = sizeof first.length + first.length + second.length;
    struct text_set *item = calloc(1, sizeof *item + length);
    if (!item)
        return NULL;
    item->length = length;
    memcpy(item->key, &first.length, sizeof first.length);
    if (first.length > 0)
        memcpy(item->key + sizeof first.length, first.bytes, first.length);
    if (second.length > 0)
        memcpy(item->key + sizeof first.length + first.length, second.bytes, second.length);
    return item;
}

static struct text_set *text_set_find(struct text_set *set, const struct text_set *key)
{
    struct text_set *found = NULL;
    HASH_FIND(hh, set, key->key, key->length, found);
    return found;
}

enum error_code text_set_add(struct text_set **set, struct text first, struct text second,
                             bool *added, struct error *error)
{
    struct text_set *item = text_set_key(first, second);
    *added = false;
    if (!item)
        return error_memory(error, "a set of texts");
    if (text_set_find(*set, item)) {
        free(item);
        return ERROR_NONE;
    }
    HASH_ADD(hh, *set, key, item->length, item);
    if (!item->hh.tbl) {
        free(item);
        return error_memory(error, "a set of texts");
    }
    *added = true;
    return ERROR_NONE;
}

void text_set_remove(struct text_set **set, struct text first, struct text second)
{
    struct text_set *key = text_set_key(first, second);
    struct text_set *found = key ? text_set_find(*set, key) : NULL;
    free(key);
    if (found) {
        HASH_DEL(*set, found);
        free(found);
    }
}

bool text_set_has(struct text_set *const *set, struct text first, struct text second)
{
    struct text_set *key = text_set_key(first, second);
    const bool found = key && text_set_find(*set, key);
    free(key);
    return found;
}

void text_set_free(struct text_set **set)
{
    struct text_set *item = NULL, *next = NULL;
    HASH_ITER(hh, *set, item, next)
    {
        HASH_DEL(*set, item);
        free(item);
    }
    *set = NULL;
}
