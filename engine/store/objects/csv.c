/* A reader and a writer of records, one at a time (RFC 4180). */
#include "store/objects/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

enum { RECORD_CEILING = 16 << 20 };

void csv_reader_init(struct csv_reader *reader, FILE *in)
{
    *reader = (struct csv_reader){.in = in, .bytes = BUFFER(RECORD_CEILING), .next = 1};
}

void csv_reader_release(struct csv_reader *reader)
{
    buffer_release(&reader->bytes);
    free(reader->ends);
    reader->ends = NULL;
    reader->count = reader->capacity = 0;
}

static enum error_code end_cell(struct csv_reader *reader, struct error *error)
{
    size_t *const ends =
        array_grow_heap(reader->ends, reader->count, &reader->capacity, sizeof *ends);
    if (!ends)
        return error_memory(error, "a record");
    reader->ends = ends;
    ends[reader->count++] = reader->bytes.length;
    return ERROR_NONE;
}

static int next_byte(struct csv_reader *reader)
{
    const int byte = getc(reader->in);

    reader->next += byte == '\n';
    return byte;
}

static void skip_mark(struct csv_reader *reader)
{
    static const unsigned char mark[] = {0xef, 0xbb, 0xbf};
    size_t matched = 0;
    int byte = getc(reader->in);

    while (matched < sizeof mark && byte == mark[matched]) {
        matched++;
        byte = getc(reader->in);
    }
    if (byte != EOF)
        ungetc(byte, reader->in);
}

/* The rest of a quoted cell, after its first quote; *byte is what follows it. */
static enum error_code read_quoted(struct csv_reader *reader, int *byte, struct error *error)
{
    enum error_code code = ERROR_NONE;

    while (!code) {
        char kept = 0;
        *byte = next_byte(reader);
        if (*byte == EOF)
            return error_set(error, ERROR_INVALID, "the quote opened on line %llu is never closed",
                             (unsigned long long)reader->line);
        if (*byte == '"') {
            *byte = next_byte(reader);
            if (*byte != '"')
                return ERROR_NONE;
        }
        kept = (char)*byte;
        code = buffer_append(&reader->bytes, &kept, 1, error);
    }
    return code;
}

enum error_code csv_read(struct csv_reader *reader, bool *there, struct error *error)
{
    bool begin = true; /* of a cell */
    int byte = 0;
    enum error_code code = ERROR_NONE;

    buffer_clear(&reader->bytes);
    reader->count = 0;
    if (reader->next == 1)
        skip_mark(reader);
    do { /* empty lines are no records */
        reader->line = reader->next;
        byte = next_byte(reader);
    } while (byte == '\n' || byte == '\r');
    *there = byte != EOF;
    while (!code && *there) {
        char kept = (char)byte;
        if (begin && byte == '"') {
            begin = false;
            code = read_quoted(reader, &byte, error);
            continue;
        }
        if (byte == ',' || byte == '\n' || byte == EOF) {
            code = end_cell(reader, error);
            begin = true;
            if (byte != ',')
                break;
        } else if (byte != '\r') {
            begin = false;
            code = buffer_append(&reader->bytes, &kept, 1, error);
        }
        if (!code)
            byte = next_byte(reader);
    }
    if (!code && ferror(reader->in))
        return error_set(error, ERROR_SYSTEM, "reading failed: %s", strerror(errno));
    return code;
}

static const char GUARD = '\'';

/* Would a spreadsheet carry it out? Numbers and numbers of telephones do no harm. */
static bool is_formula(struct text cell)
{
    if (cell.length == 0 || !strchr("=@+-\t\r", cell.bytes[0]) || cell.bytes[0] == '\0')
        return false;
    if (cell.bytes[0] != '+' && cell.bytes[0] != '-')
        return true;
    for (size_t i = 1; i < cell.length; i++) {
        if (cell.bytes[i] == '\0' || !strchr("0123456789 .,()/-", cell.bytes[i]))
            return true;
    }
    return false;
}

struct text csv_cell(const struct csv_reader *reader, size_t index)
{
    const size_t begin = index > 0 && index < reader->count ? reader->ends[index - 1] : 0;

    if (index >= reader->count)
        return TEXT_ABSENT;
    const struct text cell = {reader->bytes.data ? reader->bytes.data + begin : "",
                              reader->ends[index] - begin};
    const struct text tail = {cell.bytes + 1, cell.length ? cell.length - 1 : 0};
    return cell.length && cell.bytes[0] == GUARD && is_formula(tail) ? tail : cell;
}

enum error_code csv_write(FILE *out, struct text cell, bool first, struct error *error)
{
    char *guarded = NULL;
    if (!is_formula(cell))
        return csv_write_raw(out, cell, first, error);
    guarded = malloc(cell.length + 1);
    if (!guarded)
        return error_memory(error, "a cell");
    guarded[0] = GUARD;
    memcpy(guarded + 1, cell.bytes, cell.length);
    const enum error_code code =
        csv_write_raw(out, (struct text){guarded, cell.length + 1}, first, error);
    free(guarded);
    return code;
}

enum error_code csv_write_raw(FILE *out, struct text cell, bool first, struct error *error)
{
    bool quoted = false;

    for (size_t index = 0; index < cell.length; index++)
        quoted = quoted || strchr(",\"\r\n", cell.bytes[index]);
    if (!first)
        putc(',', out);
    if (quoted)
        putc('"', out);
    for (size_t index = 0; index < cell.length; index++) {
        if (cell.bytes[index] == '"')
            putc('"', out);
        putc(cell.bytes[index], out);
    }
    if (quoted)
        putc('"', out);
    if (ferror(out))
        return error_set(error, ERROR_SYSTEM, "writing failed: %s", strerror(errno));
    return ERROR_NONE;
}
