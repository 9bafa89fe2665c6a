/* buffer: the growing bytes of base/text.h. */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 256 };

/* Make room for `more` bytes and the NUL. */
static enum error_code reserve(struct buffer *buffer, size_t more, struct error *error)
{
    size_t capacity = buffer->capacity ? buffer->capacity : CAPACITY_FIRST;

    if (buffer->length > buffer->ceiling || more > buffer->ceiling - buffer->length) {
        return error_set(error, ERROR_MEMORY,
                         "a text of more than %zu bytes is refused; ask for less at once",
                         buffer->ceiling);
    }
    if (buffer->length + more == SIZE_MAX)
        return error_memory(error, "buffer");
    const size_t need = buffer->length + more + 1;
    if (need <= buffer->capacity)
        return ERROR_NONE;
    while (capacity < need)
        capacity = capacity > SIZE_MAX / 2 ? need : capacity * 2;
    char *const data = realloc(buffer->data, capacity);
    if (!data)
        return error_memory(error, "buffer");
    buffer->data = data;
    buffer->capacity = capacity;
    return ERROR_NONE;
}

enum error_code buffer_append(struct buffer *buffer, const char *bytes, size_t length,
                              struct error *error)
{
    enum error_code code = reserve(buffer, length, error);

    if (code)
        return code;
    if (length > 0)
        memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
    return ERROR_NONE;
}

enum error_code buffer_append_text(struct buffer *buffer, struct text text, struct error *error)
{
    return buffer_append(buffer, text.bytes, text.length, error);
}

enum error_code buffer_append_list(struct buffer *buffer, struct error *error, const char *format,
                                   va_list arguments)
{
    const size_t room = buffer->capacity - buffer->length;
    va_list again;

    va_copy(again, arguments);
    const int length =
        vsnprintf(room > 0 ? buffer->data + buffer->length : NULL, room, format, again);
    va_end(again);
    if (length < 0)
        return error_set(error, ERROR_INTERNAL, "cannot format a text with '%s'", format);
    if ((size_t)length < room && (size_t)length <= buffer->ceiling - buffer->length) {
        buffer->length += (size_t)length;
        return ERROR_NONE;
    }
    if (room > 0)
        buffer->data[buffer->length] = '\0';
    const enum error_code code = reserve(buffer, (size_t)length, error);
    if (code)
        return code;
    vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, arguments);
    buffer->length += (size_t)length;
    return ERROR_NONE;
}

enum error_code buffer_append_format(struct buffer *buffer, struct error *error, const char *format,
                                     ...)
{
    va_list arguments;

    va_start(arguments, format);
    const enum error_code code = buffer_append_list(buffer, error, format, arguments);
    va_end(arguments);
    return code;
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    if (buffer->data)
        buffer->data[0] = '\0';
}

void buffer_release(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer)BUFFER(buffer->ceiling);
}

struct text buffer_text(const struct buffer *buffer)
{
    return (struct text){buffer->data ? buffer->data : "", buffer->length};
}
