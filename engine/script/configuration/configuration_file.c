/* The bytes of a configuration file. */
#include "script/configuration/configuration_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 1 << 20 };

enum error_code configuration_file_read(const char *path, struct text *text, struct error *error)
{
    FILE *const file = fopen(path, "rbe");
    if (!file)
        return error_set(error, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_CONFIGURATION,
                         "cannot open the configuration file '%s': %s", path, strerror(errno));
    char *const bytes = malloc(FILE_MOST + 1);
    enum error_code code = ERROR_NONE;
    if (!bytes) {
        code = error_memory(error, "a configuration file");
    } else {
        *text = (struct text){bytes, fread(bytes, 1, FILE_MOST + 1, file)};
        if (ferror(file) || text->length > FILE_MOST)
            code = error_set(error, ERROR_CONFIGURATION,
                             "cannot read the configuration file '%s', or it is larger than 1 MiB",
                             path);
    }
    fclose(file);
    if (code)
        free(bytes);
    return code;
}
