/* The bytes of a configuration file, the names in a folder. */
#include "script/configuration/configuration_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 1 << 20, NAMES_MOST = 10000 };

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

enum error_code configuration_file_names(const char *path, configuration_file_filter *filter,
                                         struct arena *arena, struct text **names, size_t *count,
                                         struct error *error)
{
    *names = NULL;
    *count = 0;
    DIR *const stream = opendir(path);
    if (!stream)
        return ERROR_NONE;
    struct text *const found = ARENA_ARRAY(arena, NAMES_MOST, struct text);
    enum error_code code = found ? ERROR_NONE : error_memory(error, "the names of integrations");
    for (const struct dirent *entry = readdir(stream); !code && entry && *count < NAMES_MOST;
         entry = readdir(stream)) {
        const char *const name = entry->d_name;
        const size_t length = name[0] == '.' ? 0 : filter(dirfd(stream), name);
        if (length > 0)
            code = text_copy(arena, (struct text){name, length}, &found[(*count)++], error);
    }
    closedir(stream);
    if (!code)
        text_sort(found, *count);
    *names = found;
    return code;
}
