/*
 * value_fingerprint: a stable hash of what a value means.
 *
 * Fingerprints are stored: any change of what is hashed here, or of normalization, needs a new
 * FINGERPRINT_VERSION. Nothing depends on the order of an enum or on the machine's byte order.
 */
#include "model/value.h"

#include <stdlib.h>

#define XXH_INLINE_ALL /* most texts are short: the call would cost more than the hash */
#include <xxhash.h>

/* 0 is never returned, and no full value looks like an empty one. */
enum { FINGERPRINT_EMPTY = 1, FINGERPRINT_OTHER = 2 };

static uint64_t mix_bytes(uint64_t seed, struct text text)
{
    return XXH3_64bits_withSeed(text.bytes ? text.bytes : "", text.length, seed);
}

static uint64_t mix_integer(uint64_t seed, int64_t integer)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)((uint64_t)integer >> (8 * i));
    return XXH3_64bits_withSeed(bytes, sizeof(bytes), seed);
}

/* Texts that are equal when composed are hashed alike. */
static uint64_t mix_text(uint64_t seed, struct text text)
{
    char *owned = NULL;

    if (text_is_ascii(text))
        return mix_bytes(seed, text);
    const uint64_t hash = mix_bytes(seed, text_compose(text, &owned));

    free(owned);
    return hash;
}

/* Equal numbers are hashed alike, however they are held. */
static uint64_t mix_number(uint64_t seed, double number)
{
    union {
        double number;
        int64_t bits;
    } view = {.number = number};

    if (number >= -0x1p63 && number < 0x1p63 && (double)(int64_t)number == number)
        return mix_integer(seed, (int64_t)number);
    return mix_integer(seed ^ 1, view.bits);
}

static uint64_t family_seed(enum value_type type)
{
    if (value_type_is_text(type))
        return XXH3_64bits("text", 4); /* the compiler knows it */
    if (value_type_is_number(type))
        return XXH3_64bits("number", 6);
    return text_hash(text_of(value_type_name(type)));
}

uint64_t value_fingerprint(const struct value *value)
{
    uint64_t hash = 0;

    if (value_is_empty(value))
        return FINGERPRINT_EMPTY;
    hash = family_seed(value->type);
    switch (value->kind) {
    case VALUE_NULL:
        break;
    case VALUE_BOOLEAN:
        hash = mix_integer(hash, value->as.boolean);
        break;
    case VALUE_INTEGER:
        hash = mix_integer(hash, value->as.integer);
        break;
    case VALUE_NUMBER:
        hash = mix_number(hash, value->as.number);
        break;
    case VALUE_TEXT:
        hash = mix_text(hash, value->as.text);
        break;
    case VALUE_INSTANT:
        hash = mix_integer(hash, value->as.at);
        break;
    case VALUE_LIST:
        /* Each item is a seed for the next, so neither their order nor their ends get lost. */
        for (size_t i = 0; i < value->as.list.count; i++)
            hash = mix_text(hash, value->as.list.items[i]);
        break;
    case VALUE_REFERENCE:
        hash = mix_bytes(mix_bytes(hash, value->as.reference.object), value->as.reference.id);
        break;
    }
    return hash <= FINGERPRINT_EMPTY ? FINGERPRINT_OTHER : hash;
}
