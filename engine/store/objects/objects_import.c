/* Objects from CSV, JSON Lines and vCards, in short transactions. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/objects/import.h"
#include "store/objects/objects_vcard.h"

/* How long a transaction holds the store, and how long it is then released: longer than the pauses
 * of others who wait for it (sql.c). */
enum { TURN_MS = 250, PAUSE_MS = 60 };

/* ---- turns ---- */

static enum error_code begin_turn(struct import *import, struct error *error)
{
    const enum error_code code = sql_begin(&import->store->sql, error);
    import->turn_began = instant_monotonic_ms();
    return code;
}

/* Syncs and other writers must not starve while a large file is read. */
static enum error_code take_turns(struct import *import, struct error *error)
{
    if (sql_commit(&import->store->sql, error))
        return error->code;
    (void)nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
    return begin_turn(import, error);
}

/* A refused record is counted; an error of the store ends the import. */
static enum error_code settle(struct import *import, enum error_code code, uint64_t line,
                              struct error *error)
{
    struct import_result *result = import->result;

    arena_clear(import->arena);
    if (code == ERROR_STORE && error &&
        sql_cause_of(&import->store->sql, error) > SQL_CAUSE_DUPLICATE)
        return code;
    if (code == ERROR_MEMORY || code == ERROR_BUSY || code == ERROR_SYSTEM)
        return code;
    if (code && result->refused < IMPORT_REFUSALS_TOLD) {
        struct import_refusal *refusal = &result->refusals[result->refused];
        refusal->line = line;
        snprintf(refusal->reason, sizeof refusal->reason, "%s", error ? error->message : "");
    }
    result->refused += code != ERROR_NONE;
    if (code) /* it is told with the result, and the import goes on */
        error_forgive(error);
    const bool preview = import->options && import->options->preview; /* it ends without a trace */
    return preview || instant_monotonic_ms() - import->turn_began < TURN_MS
               ? ERROR_NONE
               : take_turns(import, error);
}

/* "object:id" */
static struct raw_value raw_reference(struct text text)
{
    const char *colon = text.length ? memchr(text.bytes, ':', text.length) : NULL;
    struct raw_value raw = {.kind = RAW_OBJECT};

    if (!colon)
        return (struct raw_value){.kind = RAW_TEXT, .as.text = text};
    raw.as.reference.object = (struct text){text.bytes, (size_t)(colon - text.bytes)};
    raw.as.reference.id =
        (struct text){colon + 1, text.length - raw.as.reference.object.length - 1};
    return raw;
}

/* ---- CSV ---- */

static struct raw_value raw_cell(const struct field_schema *field, struct text cell)
{
    if (cell.length == 0 && !value_type_is_text(field->type))
        return (struct raw_value){.kind = RAW_NULL};
    if (field->type == VALUE_TYPE_REFERENCE)
        return raw_reference(cell);
    return (struct raw_value){.kind = RAW_TEXT, .as.text = cell};
}

static enum error_code take_row(struct import *import, const struct csv_reader *reader,
                                const struct import_columns *columns, struct error *error)
{
    struct object_assignment *assignments =
        ARENA_ARRAY(import->arena, columns->count, struct object_assignment);
    struct text id = TEXT_ABSENT;
    size_t count = 0;

    if (!assignments)
        return error_memory(error, "a record");
    if (reader->count != columns->count)
        return error_set(error, ERROR_INVALID, "there %s %zu %s instead of %zu",
                         reader->count == 1 ? "is" : "are", reader->count,
                         reader->count == 1 ? "cell" : "cells", columns->count);
    for (size_t index = 0; index < columns->count; index++) {
        const struct text cell = csv_cell(reader, index);
        const struct field_schema *field = NULL;
        if (index < import->result->column_count && !*import->result->columns[index].sample)
            (void)snprintf(import->result->columns[index].sample, IMPORT_COLUMN_SIZE, "%.*s",
                           TEXT_PRINT(cell));
        if (index == columns->id) {
            id = cell;
            continue;
        }
        if (columns->names[index].length == 0)
            continue;
        field = &import->object->fields[store_field_of(import->object, columns->names[index])];
        assignments[count].field = field->name;
        assignments[count++].value = raw_cell(field, cell);
    }
    return import_record_take(import, id, assignments, count, error);
}

/* A line that looks empty is none. */
static bool is_blank(const struct csv_reader *reader)
{
    for (size_t index = 0; index < reader->count; index++) {
        if (text_trim(csv_cell(reader, index)).length)
            return false;
    }
    return true;
}

static enum error_code import_csv(struct import *import, FILE *in, struct arena *arena,
                                  struct error *error)
{
    struct csv_reader reader;
    struct import_columns columns = {.names = NULL};
    bool there = true;
    enum error_code code = ERROR_NONE;

    csv_reader_init(&reader, in);
    code = import_columns_read(import, &reader, arena, &columns, error);
    while (!code && there) {
        code = csv_read(&reader, &there, error);
        if (code == ERROR_INVALID) { /* a quote that is not closed has taken the rest of the file */
            code = settle(import, code, reader.line, error);
            break;
        }
        if (!code && there && !is_blank(&reader))
            code = settle(import, take_row(import, &reader, &columns, error), reader.line, error);
    }
    csv_reader_release(&reader);
    return code;
}

/* ---- lines of JSON ---- */

static enum error_code import_jsonl(struct import *import, FILE *in, struct error *error)
{
    char *line = NULL;
    size_t capacity = 0;
    uint64_t number = 0;
    enum error_code code = ERROR_NONE;

    while (!code) {
        const ssize_t length = getline(&line, &capacity, in);
        if (length < 0)
            break;
        number++;
        if (text_trim((struct text){line, (size_t)length}).length == 0)
            continue;
        code = settle(import, import_json_take(import, line, (size_t)length, error), number, error);
    }
    free(line);
    if (!code && ferror(in))
        return error_set(error, ERROR_SYSTEM, "reading failed: %s", strerror(errno));
    return code;
}

/* ---- vCards ---- */

/* The card lives in an arena of its own, since `settle` clears that of the record. */
static enum error_code import_vcard(struct import *import, FILE *in, struct arena *arena,
                                    struct error *error)
{
    struct vcard_reader reader;
    struct objects_card card;
    bool there = true;
    enum error_code code = ERROR_NONE;

    if (objects_vcard_check(import->object, error))
        return error->code;
    vcard_reader_init(&reader, in);
    while (!code && there) {
        arena_clear(arena);
        code = objects_vcard_read(&reader, import->object, arena, &card, &there, error);
        if (!code && there)
            code =
                settle(import,
                       import_record_take(import, TEXT_ABSENT, card.assignments, card.count, error),
                       reader.number, error);
    }
    vcard_reader_release(&reader);
    return code;
}

enum error_code objects_import(struct store *store, struct text name, enum objects_format format,
                               FILE *in, const struct import_options *options,
                               struct import_result *result, struct error *error)
{
    struct import import = {
        .store = store, .result = result, .options = options, .arena = arena_new(0)};
    struct arena *arena = arena_new(0);
    struct store_object *object = NULL;
    struct error own;
    struct error *where = error ? error : &own; /* refusals are read from it */
    enum error_code code = store_object_get(store, name, &object, where);

    *result = (struct import_result){.added = 0};
    import.object = object;
    if (!code && (!arena || !import.arena))
        code = error_memory(where, "an import");
    if (!code)
        code = begin_turn(&import, where);
    if (!code) {
        code = format == OBJECTS_CSV     ? import_csv(&import, in, arena, where)
               : format == OBJECTS_JSONL ? import_jsonl(&import, in, where)
                                         : import_vcard(&import, in, arena, where);
        if (!code && options && options->preview)
            objects_rollback(store);
        else
            code = sql_end(&store->sql, code, where);
    }
    arena_free(import.arena);
    arena_free(arena);
    return code;
}
