/* Replacing {{key}} in the files of a new integration. */
#include "cli/line/template.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LARGEST_FILE = 1 << 20 };

static enum error_code read_file(const char *path, struct buffer *buffer, struct error *error)
{
    char bytes[8192];
    enum error_code code = ERROR_NONE;
    FILE *const file = fopen(path, "re");
    if (!file)
        return error_set(error, ERROR_SYSTEM, "cannot read the template '%s': %s", path,
                         strerror(errno));
    while (!code && !feof(file) && !ferror(file))
        code = buffer_append(buffer, bytes, fread(bytes, 1, sizeof bytes, file), error);
    if (!code && ferror(file))
        code = error_set(error, ERROR_SYSTEM, "cannot read the template '%s'", path);
    fclose(file);
    return code;
}

static const struct template_value *value_of(const struct template_value *values, size_t count,
                                             const char *key, size_t length)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(values[i].key) == length && memcmp(values[i].key, key, length) == 0)
            return &values[i];
    }
    return NULL;
}

static enum error_code fill(const char *path, const char *from, const struct template_value *values,
                            size_t count, struct buffer *out, struct error *error)
{
    enum error_code code = ERROR_NONE;
    for (const char *open = strstr(from, "{{"); !code && open; open = strstr(from, "{{")) {
        const char *const close = strstr(open, "}}");
        const size_t length = close ? (size_t)(close - open) - 2 : 0;
        const struct template_value *const value = value_of(values, count, open + 2, length);
        if (!value)
            return error_set(error, ERROR_INTERNAL, "the template '%s' has an unknown key '%.*s'",
                             path, (int)length, open + 2);
        code = buffer_append(out, from, (size_t)(open - from), error);
        if (!code && value->value.length)
            code = buffer_append_text(out, value->value, error);
        from = close + 2;
    }
    return code ? code : buffer_append(out, from, strlen(from), error);
}

enum error_code template_read(const char *path, const struct template_value *values, size_t count,
                              struct arena *arena, struct text *out, struct error *error)
{
    struct buffer raw = BUFFER(LARGEST_FILE), filled = BUFFER(LARGEST_FILE);
    enum error_code code = read_file(path, &raw, error);
    if (!code)
        code = fill(path, raw.data ? raw.data : "", values, count, &filled, error);
    if (!code)
        code = text_copy(arena, filled.data ? buffer_text(&filled) : TEXT(""), out, error);
    buffer_release(&raw);
    buffer_release(&filled);
    return code;
}

enum error_code template_write(const char *path, bool new, struct text text, struct error *error)
{
    FILE *const file = fopen(path, new ? "wxe" : "we");
    if (!file && new &&errno == EEXIST)
        return error_set(error, ERROR_USAGE, "'%s' exists already; it was not changed", path);
    const bool written =
        file && (!text.length || fwrite(text.bytes, 1, text.length, file) == text.length);
    if ((file && fclose(file) != 0) || !written)
        return error_set(error, ERROR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
    return ERROR_NONE;
}
