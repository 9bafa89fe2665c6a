/* What people read on a terminal, with nothing in it that the terminal would obey. */
#include "base/terminal.h"

#include <stdarg.h>
#include <stdio.h>

void terminal_text(FILE *stream, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        const unsigned char byte = (unsigned char)text.bytes[i];
        if (byte == '\n')
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
    fflush(stdout);
    fputs("tandem: ", stderr);
    terminal_text(stderr, text_of(error->message));
    fputc('\n', stderr);
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
