/*
 * Values as a report gives them, read as every type; instants.
 *
 * Promises: reading fails for lack of memory only; what is unreadable is null; a text that was
 * normalized reads the same again; an instant survives being written.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void demand(bool promise)
{
    if (!promise)
        abort();
}

static void check_again(struct arena *arena, const struct value *value)
{
    const struct raw_value raw = {.kind = RAW_TEXT, .as.text = value->as.text};
    struct value again = {.kind = VALUE_NULL};
    struct error error = {0};
    bool readable = false;
    if (value->kind != VALUE_TEXT)
        return;
    demand(!value_normalize(arena, &raw, value->type, &again, &readable, &error));
    demand(readable && value_equal(value, &again));
}

static void read_as_all(struct arena *arena, const struct raw_value *raw)
{
    for (int type = 0; type < VALUE_TYPE_COUNT; type++) {
        struct value value = {.kind = VALUE_NULL};
        struct error error = {0};
        bool readable = false;
        demand(!value_normalize(arena, raw, (enum value_type)type, &value, &readable, &error));
        demand(readable || value.kind == VALUE_NULL);
        demand(value.kind != VALUE_NUMBER || isfinite(value.as.number));
        demand(value_equal(&value, &value));
        check_again(arena, &value);
    }
}

static void check_instant(instant at)
{
    char text[INSTANT_TEXT_SIZE];
    instant again = INSTANT_NONE;
    demand(instant_parse(text_of(instant_format(at, text)), &again, NULL) && again == at);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const struct text text = {(const char *)bytes, length};
    const struct raw_value one = {.kind = RAW_TEXT, .as.text = text};
    const struct raw_value list = {.kind = RAW_LIST, .as.list = {&one, 1}};
    struct arena *const arena = arena_new(0);
    instant at = INSTANT_NONE;
    demand(arena != NULL);
    read_as_all(arena, &one);
    read_as_all(arena, &list);
    if (length >= sizeof(double)) {
        struct raw_value number = {.kind = RAW_NUMBER};
        struct raw_value integer = {.kind = RAW_INTEGER};
        memcpy(&number.as.number, bytes, sizeof number.as.number);
        memcpy(&integer.as.integer, bytes, sizeof integer.as.integer);
        read_as_all(arena, &integer);
        if (isfinite(number.as.number)) /* JSON has no others */
            read_as_all(arena, &number);
        if (instant_from_epoch(number.as.number, &at))
            check_instant(at);
    }
    if (instant_read(text, &at))
        check_instant(at);
    arena_free(arena);
    return 0;
}
