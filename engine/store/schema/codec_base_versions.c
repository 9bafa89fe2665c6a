/*
 * Base versions as a mapping's blob holds them.
 *
 * One version byte, then for each field a head of 4 bytes (the field's key, flags on top) and the
 * fingerprint of ours (8 bytes). Then what the flags announce: theirs if it differs (8), an own
 * instant (8), what is unseen (its length in 4 bytes, then written by write_unseen). A field
 * without these takes 12 bytes. Numbers are little-endian.
 */
#include "store/schema/codec.h"

#include <endian.h>
#include <string.h>

#define FLAG_SEEN    0x80000000u
#define FLAG_PAIR    0x40000000u /* theirs differs from ours */
#define FLAG_UNSEEN  0x20000000u /* something waits to be seen */
#define FLAG_DATED   0x10000000u /* as old as the mapping's last sync */
#define FLAG_INSTANT 0x08000000u /* an instant of its own; with FLAG_DATED: the record had none */
#define ALL_FLAGS    0xf8000000u
enum { HEAD_SIZE = 4, NUMBER_SIZE = 8 };

/* How a value that was sent is held; stored, so the numbers stay. */
enum sent_kind {
    SENT_EMPTY = 0,
    SENT_BOOLEAN = 1,
    SENT_INTEGER = 2,
    SENT_NUMBER = 3,
    SENT_TEXT = 4,
    SENT_INSTANT = 5,
    SENT_LIST = 6,
    SENT_REFERENCE = 7
};

/* ---- writing: the same walk counts (bytes NULL) and writes ---- */

struct writer {
    unsigned char *bytes; /* NULL: only count */
    size_t at;
};

static void put(struct writer *writer, const void *bytes, size_t length)
{
    if (writer->bytes && length)
        memcpy(writer->bytes + writer->at, bytes, length);
    writer->at += length;
}

/* The low bytes of a number, the lowest first. */
static void put_number(struct writer *writer, uint64_t number, size_t size)
{
    const uint64_t little = htole64(number);

    put(writer, &little, size);
}

static void put_text(struct writer *writer, struct text text)
{
    put_number(writer, text.length, HEAD_SIZE);
    put(writer, text.bytes, text.length);
}

static void put_list(struct writer *writer, const struct value *value)
{
    put_number(writer, value->as.list.count, HEAD_SIZE);
    for (size_t i = 0; i < value->as.list.count; i++)
        put_text(writer, value->as.list.items[i]);
}

static void put_value(struct writer *writer, const struct value *value)
{
    uint64_t bits = 0;

    put_text(writer, text_of(value_type_name(value->type)));
    switch (value->kind) {
    case VALUE_NULL:
        put_number(writer, SENT_EMPTY, 1);
        break;
    case VALUE_BOOLEAN:
        put_number(writer, SENT_BOOLEAN, 1);
        put_number(writer, value->as.boolean, 1);
        break;
    case VALUE_INTEGER:
        put_number(writer, SENT_INTEGER, 1);
        put_number(writer, (uint64_t)value->as.integer, NUMBER_SIZE);
        break;
    case VALUE_NUMBER:
        put_number(writer, SENT_NUMBER, 1);
        memcpy(&bits, &value->as.number, sizeof bits);
        put_number(writer, bits, NUMBER_SIZE);
        break;
    case VALUE_TEXT:
        put_number(writer, SENT_TEXT, 1);
        put_text(writer, value->as.text);
        break;
    case VALUE_INSTANT:
        put_number(writer, SENT_INSTANT, 1);
        put_number(writer, (uint64_t)value->as.at, NUMBER_SIZE);
        break;
    case VALUE_LIST:
        put_number(writer, SENT_LIST, 1);
        put_list(writer, value);
        break;
    case VALUE_REFERENCE:
        put_number(writer, SENT_REFERENCE, 1);
        put_text(writer, value->as.reference.object);
        put_text(writer, value->as.reference.id);
        break;
    }
}

static void put_unseen(struct writer *writer, const struct unseen *unseen)
{
    put_number(writer, (uint64_t)unseen->answered_at, NUMBER_SIZE);
    put_number(writer, unseen->before_count, 1);
    for (size_t i = 0; i < unseen->before_count; i++)
        put_number(writer, unseen->before[i], NUMBER_SIZE);
    put_value(writer, &unseen->sent);
}

static uint32_t flags_of(const struct base_version *base, instant last_sync)
{
    uint32_t flags = base->seen ? FLAG_SEEN : 0;

    if (base->theirs != base->ours)
        flags |= FLAG_PAIR;
    if (base->unseen)
        flags |= FLAG_UNSEEN;
    if (base->ours && base->at == BASE_VERSION_UNDATED)
        flags |= FLAG_DATED | FLAG_INSTANT;
    else if (base->ours && base->at != INSTANT_NONE)
        flags |= base->at == last_sync ? FLAG_DATED : FLAG_INSTANT;
    return flags;
}

static void put_entry(struct writer *writer, int64_t key, const struct base_version *base,
                      instant last_sync)
{
    const uint32_t flags = flags_of(base, last_sync);
    struct writer counter = {.bytes = NULL};

    put_number(writer, (uint32_t)key | flags, HEAD_SIZE);
    put_number(writer, base->ours, NUMBER_SIZE);
    if (flags & FLAG_PAIR)
        put_number(writer, base->theirs, NUMBER_SIZE);
    if ((flags & FLAG_INSTANT) && !(flags & FLAG_DATED))
        put_number(writer, (uint64_t)base->at, NUMBER_SIZE);
    if (!base->unseen)
        return;
    put_unseen(&counter, base->unseen);
    put_number(writer, counter.at, HEAD_SIZE);
    put_unseen(writer, base->unseen);
}

static bool is_empty(const struct base_version *base)
{
    return !base->ours && !base->theirs && !base->seen && !base->unseen;
}

static void put_all(struct writer *writer, const struct base_version *base_versions,
                    const int64_t *field_keys, size_t count, instant last_sync)
{
    put_number(writer, FINGERPRINT_VERSION, 1);
    for (size_t index = 0; index < count; index++)
        if (!is_empty(&base_versions[index]))
            put_entry(writer, field_keys[index], &base_versions[index], last_sync);
}

enum error_code codec_make_base_versions(const struct base_version *base_versions,
                                         instant last_sync, const int64_t *field_keys, size_t count,
                                         struct arena *arena, struct text *blob,
                                         struct error *error)
{
    struct writer counter = {.bytes = NULL}, writer = {.bytes = NULL};

    *blob = TEXT_ABSENT;
    if (!base_versions)
        return ERROR_NONE;
    put_all(&counter, base_versions, field_keys, count, last_sync);
    if (counter.at == 1)
        return ERROR_NONE;
    writer.bytes = arena_alloc(arena, counter.at);
    if (!writer.bytes)
        return error_memory(error, "the base versions of a mapping");
    put_all(&writer, base_versions, field_keys, count, last_sync);
    *blob = (struct text){(const char *)writer.bytes, writer.at};
    return ERROR_NONE;
}

/* ---- reading: a blob that ends too early is read as far as it goes ---- */

struct reader {
    const unsigned char *bytes;
    size_t at, length;
    bool ended; /* too early */
};

static inline const unsigned char *take(struct reader *reader, size_t length)
{
    const unsigned char *taken = reader->bytes + reader->at;

    if (reader->ended || length > reader->length - reader->at) {
        reader->ended = true;
        return NULL;
    }
    reader->at += length;
    return taken;
}

static inline uint64_t take_number(struct reader *reader, size_t size)
{
    const unsigned char *bytes = take(reader, size);
    uint64_t number = 0;

    if (bytes)
        memcpy(&number, bytes, size);
    return le64toh(number);
}

static enum error_code take_text(struct reader *reader, struct arena *arena, struct text *text,
                                 struct error *error)
{
    const size_t length = take_number(reader, HEAD_SIZE);
    const unsigned char *bytes = take(reader, length);
    const struct text read = {bytes ? (const char *)bytes : "", bytes ? length : 0};

    return text_copy(arena, read, text, error);
}

static enum error_code take_list(struct reader *reader, struct arena *arena, struct value *value,
                                 struct error *error)
{
    const size_t count = take_number(reader, HEAD_SIZE);
    struct text *items = NULL;

    value->kind = VALUE_LIST;
    /* each item has at least its length */
    if (count > (reader->length - reader->at) / HEAD_SIZE) {
        reader->ended = true;
        return ERROR_NONE;
    }
    items = ARENA_ARRAY(arena, count, struct text);
    if (!items)
        return error_memory(error, "a list");
    for (size_t i = 0; i < count; i++)
        if (take_text(reader, arena, &items[i], error))
            return error->code;
    value->as.list.items = items;
    value->as.list.count = count;
    return ERROR_NONE;
}

static enum error_code take_value(struct reader *reader, struct arena *arena, struct value *value,
                                  struct error *error)
{
    struct text type = TEXT_ABSENT;
    uint64_t bits = 0;

    if (take_text(reader, arena, &type, error))
        return error->code;
    *value = value_null(value_type_of_name(type));
    switch ((enum sent_kind)take_number(reader, 1)) {
    case SENT_EMPTY:
        return ERROR_NONE;
    case SENT_BOOLEAN:
        value->kind = VALUE_BOOLEAN;
        value->as.boolean = take_number(reader, 1) != 0;
        return ERROR_NONE;
    case SENT_INTEGER:
        value->kind = VALUE_INTEGER;
        value->as.integer = (int64_t)take_number(reader, NUMBER_SIZE);
        return ERROR_NONE;
    case SENT_NUMBER:
        value->kind = VALUE_NUMBER;
        bits = take_number(reader, NUMBER_SIZE);
        memcpy(&value->as.number, &bits, sizeof bits);
        return ERROR_NONE;
    case SENT_TEXT:
        value->kind = VALUE_TEXT;
        return take_text(reader, arena, &value->as.text, error);
    case SENT_INSTANT:
        value->kind = VALUE_INSTANT;
        value->as.at = (instant)take_number(reader, NUMBER_SIZE);
        return ERROR_NONE;
    case SENT_LIST:
        return take_list(reader, arena, value, error);
    case SENT_REFERENCE:
        value->kind = VALUE_REFERENCE;
        return take_text(reader, arena, &value->as.reference.object, error) ||
                       take_text(reader, arena, &value->as.reference.id, error)
                   ? error->code
                   : ERROR_NONE;
    }
    reader->ended = true;
    return ERROR_NONE;
}

static enum error_code take_unseen(struct reader *reader, struct arena *arena,
                                   const struct unseen **result, struct error *error)
{
    struct unseen *unseen = ARENA_NEW(arena, struct unseen);
    uint64_t *before = NULL;

    if (!unseen)
        return error_memory(error, "the base versions of a mapping");
    unseen->answered_at = (instant)take_number(reader, NUMBER_SIZE);
    unseen->before_count = take_number(reader, 1);
    before = ARENA_ARRAY(arena, unseen->before_count, uint64_t);
    if (!before)
        return error_memory(error, "the base versions of a mapping");
    for (size_t i = 0; i < unseen->before_count; i++)
        before[i] = take_number(reader, NUMBER_SIZE);
    unseen->before = before;
    if (take_value(reader, arena, &unseen->sent, error))
        return error->code;
    *result = reader->ended ? NULL : unseen;
    return ERROR_NONE;
}

/* One field's entry behind its head. */
static enum error_code take_entry(struct reader *reader, uint32_t flags, instant last_sync,
                                  struct arena *arena, struct base_version *base,
                                  struct error *error)
{
    *base = (struct base_version){.seen = (flags & FLAG_SEEN) != 0, .at = INSTANT_NONE};
    base->ours = base->theirs = take_number(reader, NUMBER_SIZE);
    if (flags & FLAG_PAIR)
        base->theirs = take_number(reader, NUMBER_SIZE);
    if (flags & FLAG_DATED)
        base->at = flags & FLAG_INSTANT ? BASE_VERSION_UNDATED : last_sync;
    else if (flags & FLAG_INSTANT)
        base->at = (instant)take_number(reader, NUMBER_SIZE);
    if (!(flags & FLAG_UNSEEN))
        return ERROR_NONE;
    const size_t end = reader->at + HEAD_SIZE + take_number(reader, HEAD_SIZE);
    if (take_unseen(reader, arena, &base->unseen, error))
        return error->code;
    reader->ended = reader->ended || end != reader->at;
    return ERROR_NONE;
}

enum error_code codec_read_base_versions(const struct stored_base_versions *stored,
                                         const int64_t *field_keys, size_t count,
                                         struct arena *arena, struct base_version *base_versions,
                                         struct error *error)
{
    struct reader reader = {.bytes = (const unsigned char *)stored->blob.bytes,
                            .length = stored->blob.length};
    size_t guess = 0;
    for (size_t index = 0; index < count; index++)
        base_versions[index] = (struct base_version){.at = INSTANT_NONE};
    if (reader.length < 1 || take_number(&reader, 1) != FINGERPRINT_VERSION)
        return ERROR_NONE;
    while (reader.at < reader.length && !reader.ended) {
        const uint32_t head = (uint32_t)take_number(&reader, HEAD_SIZE);
        struct base_version entry;
        if (take_entry(&reader, head & ALL_FLAGS, stored->last_sync, arena, &entry, error))
            return error->code;
        /* written in the manual's order, so mostly found right after the previous one */
        for (size_t tried = 0; tried < count && !reader.ended; tried++) {
            const size_t index = guess;
            guess = guess + 1 == count ? 0 : guess + 1;
            if (field_keys[index] != (int64_t)(head & ~ALL_FLAGS))
                continue;
            base_versions[index] = entry;
            base_versions[index].seen = entry.seen && stored->seen_counts;
            break;
        }
    }
    return ERROR_NONE;
}
