/* Numbers of errors, looked up by name. */
#include "base/error_number.h"

#include <string.h>

enum error_code error_number_set(struct error *error, enum error_number number,
                                 enum error_code code)
{
    if (error)
        error->number = (int)number;
    return code;
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
