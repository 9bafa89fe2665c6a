/* Lines behind the brace that opens a table: right whatever comes after it. */
#include "cli/commands/mapping_suggestion.h"

#include <stdio.h>
#include <string.h>

#include "script/configuration/lua_text.h"

enum { FILE_MOST = 1 << 20, NAME_SIZE = 256 };

/* Those of one object, from `first` on; *next is behind them. */
static enum error_code write_lines(const struct mapping_suggestions *suggestions, size_t first,
                                   size_t *next, struct buffer *lines, struct error *error)
{
    const struct mapping_suggestion *const list = suggestions->list;
    for (*next = first; *next < suggestions->count; (*next)++) {
        const struct mapping_suggestion *const each = &list[*next];
        if (strcmp(each->integration_object, list[first].integration_object) != 0)
            return ERROR_NONE;
        if (buffer_append_format(lines, error, "\n      ") ||
            lua_text_key(lines, each->integration_field, error) ||
            buffer_append_format(lines, error, " = %s", each->writable ? "" : "{ ") ||
            lua_text_quote(lines, each->internal_field.bytes, error) ||
            buffer_append_format(lines, error, "%s,",
                                 each->writable ? "" : ", direction = \"to_internal\" }"))
            return error->code;
    }
    return ERROR_NONE;
}

/* The table to which the object's lines belong. */
static bool find_table(struct text file, const struct mapping_suggestion *suggestion,
                       struct text *table)
{
    char key[NAME_SIZE];
    struct text inner = TEXT_ABSENT;
    bool has_code = false;
    if (!lua_text_find(file, TEXT("mapping"), table, &has_code))
        return false;
    if (!suggestion->object)
        return true;
    const struct text internal = suggestion->object->internal_object;
    (void)snprintf(key, sizeof key, "%s%s%.*s", suggestion->integration_object,
                   text_is_absent(internal) ? "" : ":", TEXT_PRINT(internal));
    if (!lua_text_find(*table, text_of(key), &inner, &has_code))
        return false;
    *table = inner;
    if (lua_text_find(*table, TEXT("fields"), &inner, &has_code))
        *table = inner;
    return true;
}

static enum error_code insert(struct text file, const struct mapping_suggestion *first,
                              struct text lines, struct buffer *out, struct error *error)
{
    struct text table = TEXT_ABSENT;
    if (!find_table(file, first, &table))
        return error_set(error, ERROR_REFUSED,
                         "the mapping of '%s' is computed by code, so nothing can be added to it "
                         "here: add the fields by hand",
                         first->integration_object);
    const size_t at = (size_t)(table.bytes - file.bytes) + 1;
    const struct text head = {file.bytes, at}, tail = {file.bytes + at, file.length - at};
    const bool opens = !first->object; /* a table for the object */
    if (buffer_append_text(out, head, error) ||
        (opens && (buffer_append_format(out, error, "\n    ") ||
                   lua_text_key(out, first->integration_object, error) ||
                   buffer_append_format(out, error, " = {"))) ||
        buffer_append_text(out, lines, error) ||
        (opens && buffer_append_format(out, error, "\n    },")))
        return error->code;
    return buffer_append_text(out, tail, error);
}

enum error_code mapping_suggestion_insert(const struct mapping_suggestions *suggestions,
                                          struct text file, struct arena *arena,
                                          struct text *changed, struct error *error)
{
    struct buffer out = BUFFER(FILE_MOST), lines = BUFFER(FILE_MOST);
    enum error_code code = ERROR_NONE;
    *changed = file;
    for (size_t first = 0, next = 0; !code && first < suggestions->count; first = next) {
        buffer_clear(&lines);
        buffer_clear(&out);
        if (write_lines(suggestions, first, &next, &lines, error) ||
            insert(*changed, &suggestions->list[first], buffer_text(&lines), &out, error) ||
            text_copy(arena, buffer_text(&out), changed, error))
            code = error->code;
    }
    buffer_release(&lines);
    buffer_release(&out);
    return code;
}
