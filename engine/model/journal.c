/* Idempotency keys: the same for the same change in every try. */
#include "model/journal.h"

/* Numbers are written by hand, not by printf: a key has some forty of them. */
static enum error_code append_integer(struct buffer *buffer, int64_t integer, char after,
                                      struct error *error)
{
    char digits[TEXT_DIGITS];
    const struct text text = text_digits(integer, digits);
    return buffer_append_text(buffer, text, error) || buffer_append(buffer, &after, 1, error)
               ? error->code
               : ERROR_NONE;
}

enum { HEX_DIGITS = 16 };

static void write_hex(uint64_t number, char digits[HEX_DIGITS])
{
    for (size_t i = HEX_DIGITS; i > 0; number >>= 4)
        digits[--i] = "0123456789abcdef"[number & 15];
}

/* Without leading zeros. */
static enum error_code append_hex(struct buffer *buffer, uint64_t number, struct error *error)
{
    char digits[HEX_DIGITS];
    size_t first = 0;
    write_hex(number, digits);
    while (first < HEX_DIGITS - 1 && digits[first] == '0')
        first++;
    return buffer_append(buffer, digits + first, HEX_DIGITS - first, error);
}

/* What makes this try the same as the last one, and different from the next edit. */
static enum error_code describe(struct buffer *buffer, struct text store, struct text integration,
                                const struct order_change *change, struct error *error)
{
    const struct text parts[] = {store,
                                 integration,
                                 change->object,
                                 change->object_id,
                                 change->mapped_object,
                                 change->mapped_id};
    const struct report_object *reported = change->reported;
    int64_t latest = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (append_integer(buffer, (int64_t)parts[i].length, ':', error) ||
            buffer_append_text(buffer, parts[i], error))
            return error->code;
    }
    for (size_t i = 0; reported && i < reported->tracked.count; i++) {
        if (reported->tracked.items[i].sequence > latest)
            latest = reported->tracked.items[i].sequence;
    }
    /* Without tracked changes (a full push) the last sync of the pair tells the tries apart. */
    const instant since = change->mapping ? change->mapping->last_sync : 0;
    if (append_integer(buffer, latest, ':', error) ||
        append_integer(buffer, latest == 0 ? since : 0, ':', error) ||
        append_integer(buffer, change->deletion, ':', error))
        return error->code;
    for (size_t i = 0; change->base_versions && i < change->entry->internal->field_count; i++) {
        if (append_hex(buffer, change->base_versions[i].ours, error) ||
            buffer_append(buffer, ",", 1, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* Two hashes in turn, 32 digits. */
static enum error_code hash(struct arena *arena, struct buffer *buffer, struct text *key,
                            struct error *error)
{
    char digits[2 * HEX_DIGITS];
    const uint64_t first = text_hash(buffer_text(buffer));
    if (buffer_append(buffer, "|", 1, error) || append_hex(buffer, first, error))
        return error->code;
    write_hex(first, digits);
    write_hex(text_hash(buffer_text(buffer)), digits + HEX_DIGITS);
    return text_copy(arena, (struct text){digits, sizeof digits}, key, error);
}

enum error_code journal_idempotency_key(struct arena *arena, struct text store,
                                        struct text integration, const struct order_change *change,
                                        struct text *key, struct error *error)
{
    struct buffer buffer = BUFFER(1 << 30); /* ids and keys may be long */
    enum error_code code = describe(&buffer, store, integration, change, error);
    if (!code)
        code = hash(arena, &buffer, key, error);
    buffer_release(&buffer);
    return code;
}
