/* The files of the dashboard, found by their paths. */
#include "service/web/web_file.h"

#include <stdlib.h>

static int compare_path(const void *key, const void *element)
{
    return text_compare(*(const struct text *)key,
                        text_of(((const struct web_file *)element)->path));
}

const struct web_file *web_file_find(struct text path)
{
    const struct text wanted = path.length == 0 ? text_of("index.html") : path;

    if (web_files_count == 0)
        return NULL;
    return bsearch(&wanted, web_files, web_files_count, sizeof *web_files, compare_path);
}
