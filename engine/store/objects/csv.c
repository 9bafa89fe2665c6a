/* A reader and a writer of records, one at a time (RFC 4180). */
#include "store/objects/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

enum { RECORD_CEILING = 16 << 20, MARK_LENGTH = 3 };

void csv_reader_init(struct csv_reader *reader, FILE *in)
{
    *reader = (struct csv_reader){.in = in,
                                  .bytes = BUFFER(RECORD_CEILING),
                                  .next = 1,
                                  .separator = ',',
                                  .ahead = BUFFER(RECORD_CEILING)};
}

void csv_reader_release(struct csv_reader *reader)
{
    buffer_release(&reader->bytes);
    buffer_release(&reader->ahead);
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
    const int byte = reader->again < reader->ahead.length
                         ? (unsigned char)reader->ahead.data[reader->again++]
                         : getc(reader->in);

    reader->next += byte == '\n';
    return byte;
}

/* The first line that is not empty, its end included; a line may end within quotes. */
static enum error_code read_ahead(struct csv_reader *reader, struct error *error)
{
    bool quoted = false, begun = false;
    for (int byte = getc(reader->in); byte != EOF; byte = getc(reader->in)) {
        const char kept = (char)byte;
        if (buffer_append(&reader->ahead, &kept, 1, error))
            return error->code;
        quoted ^= byte == '"';
        begun |= byte != '\n' && byte != '\r';
        if (byte == '\n' && begun && !quoted)
            break;
    }
    return ERROR_NONE;
}

/* Outside of quotes. */
static size_t count_of(struct text line, char separator)
{
    bool quoted = false;
    size_t count = 0;
    for (size_t i = 0; i < line.length; i++) {
        quoted ^= line.bytes[i] == '"';
        count += !quoted && line.bytes[i] == separator;
    }
    return count;
}

enum error_code csv_reader_look(struct csv_reader *reader, struct error *error)
{
    static const char mark[] = "\xef\xbb\xbf", separators[] = {';', '\t'};
    if (read_ahead(reader, error))
        return error->code;
    struct text line = reader->ahead.length ? buffer_text(&reader->ahead) : TEXT("");
    if (line.length > 1 &&
        (memcmp(line.bytes, "\xff\xfe", 2) == 0 || memcmp(line.bytes, "\xfe\xff", 2) == 0))
        return error_set(error, ERROR_INVALID,
                         "the file is UTF-16: save it as UTF-8, or convert it with 'iconv -f "
                         "UTF-16 -t UTF-8'");
    if (line.length >= MARK_LENGTH && memcmp(line.bytes, mark, MARK_LENGTH) == 0) {
        reader->again = MARK_LENGTH;
        line = (struct text){line.bytes + MARK_LENGTH, line.length - MARK_LENGTH};
    }
    const struct text said = text_trim(line);
    if (said.length == 5 && memcmp(said.bytes, "sep=", 4) == 0) {
        reader->separator = said.bytes[4];
        reader->again = reader->ahead.length;
        reader->next++;
        return ERROR_NONE;
    }
    for (size_t i = 0; i < sizeof separators; i++) {
        if (count_of(line, separators[i]) > count_of(line, reader->separator))
            reader->separator = separators[i];
    }
    return ERROR_NONE;
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
        if (byte == reader->separator || byte == '\n' || byte == EOF) {
            code = end_cell(reader, error);
            begin = true;
            if (byte != reader->separator)
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

/* Would a spreadsheet execute it? Numbers and phone numbers do no harm. */
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
