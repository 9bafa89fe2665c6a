/* Numbers of errors, looked up by name. */
#include "base/error_number.h"

#include <stdio.h>
#include <string.h>

enum error_code error_number_set(struct error *error, enum error_number number,
                                 enum error_code code)
{
    if (error)
        error->number = (int)number;
    return code;
}

enum error_code error_numbered(struct error *error, enum error_number number, enum error_code code,
                               const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)error_set_list(error, code, format, arguments);
    va_end(arguments);
    return error_number_set(error, number, code);
}

enum error_number error_number_of_name(const char *name)
{
    static const struct {
        const char *name;
        enum error_number number;
    } numbers[] = {
#define X(constant, number, name) {name, constant},
        ERROR_NUMBERS(X)
#undef X
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (strcmp(numbers[i].name, name) == 0)
            return numbers[i].number;
    }
    return ERROR_NUMBER_NONE;
}

enum error_number error_number_of(const struct error *error)
{
    return error->number ? (enum error_number)error->number
                         : error_number_of_name(error_name(error->code));
}

const char *error_number_text(const struct error *error, char text[ERROR_NUMBER_TEXT_SIZE])
{
    (void)snprintf(text, ERROR_NUMBER_TEXT_SIZE, "TND%04d", (int)error_number_of(error));
    return text;
}

const char *error_number_sentence(const struct error *error,
                                  char sentence[ERROR_NUMBER_SENTENCE_SIZE])
{
    char number[ERROR_NUMBER_TEXT_SIZE];
    (void)snprintf(sentence, ERROR_NUMBER_SENTENCE_SIZE, "%s (%s)", error->message,
                   error_number_text(error, number));
    return sentence;
}

const char *error_number_cut(char *sentence, char text[ERROR_NUMBER_TEXT_SIZE])
{
    const size_t length = strlen(sentence), tail = sizeof " (TND0000)" - 1;
    char *const from = length > tail ? sentence + length - tail : sentence;
    text[0] = '\0';
    if (length <= tail || strncmp(from, " (TND", 5) != 0 || sentence[length - 1] != ')')
        return text;
    (void)snprintf(text, ERROR_NUMBER_TEXT_SIZE, "%.7s", from + 2);
    *from = '\0';
    return text;
}
