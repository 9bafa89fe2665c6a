/* Messages on a terminal, without anything that the terminal would execute. */
#include "base/terminal.h"

#include "base/error_number.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

size_t terminal_obeyed(struct text text, unsigned *character)
{
    const unsigned char *const bytes = (const unsigned char *)text.bytes;
    if (text.length >= 2 && bytes[0] == 0xC2 && bytes[1] >= 0x80 && bytes[1] <= 0x9F) {
        *character = bytes[1];
        return 2;
    }
    if (text.length < 3 || bytes[0] != 0xE2)
        return 0;
    *character = (bytes[0] & 0x0FU) << 12 | (bytes[1] & 0x3FU) << 6 | (bytes[2] & 0x3FU);
    const bool turns = *character == 0x200E || *character == 0x200F ||
                       (*character >= 0x2028 && *character <= 0x202E) ||
                       (*character >= 0x2066 && *character <= 0x2069);
    return turns ? 3 : 0;
}

void terminal_text(FILE *stream, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned character = 0;
        const unsigned char byte = (unsigned char)text.bytes[i];
        const struct text rest = {text.bytes + i, text.length - i};
        const size_t obeyed = terminal_obeyed(rest, &character);
        if (obeyed > 0) {
            fprintf(stream, "\\u{%x}", character);
            i += obeyed - 1;
        } else if (byte == '\n')
            fputs("\\n", stream);
        else if (byte == '\t')
            fputs("\\t", stream);
        else if (byte < 0x20 || byte == 0x7f)
            fprintf(stream, "\\x%02x", byte);
        else
            fputc(byte, stream);
    }
}

void terminal_error(const struct error *error)
{
    char number[ERROR_NUMBER_TEXT_SIZE];
    fflush(stdout);
    fputs("tandem: ", stderr);
    terminal_text(stderr, text_of(error->message));
    fprintf(stderr, " (%s)\n", error_number_text(error, number));
}

void terminal_warning(const char *format, ...)
{
    char message[ERROR_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    fputs("tandem: warning: ", stderr);
    terminal_text(stderr, text_of(message));
    fputc('\n', stderr);
}
