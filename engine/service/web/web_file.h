/*
 * web_file: the files of the dashboard, which are part of the program.
 *
 * web/embed writes them into a table while the program is built, compressed. A program that was
 * built without them (scripts/deps web fetches what they need) has none.
 */
#ifndef TANDEM_SERVICE_WEB_WEB_FILE_H
#define TANDEM_SERVICE_WEB_WEB_FILE_H

#include <stddef.h>

#include "base/text.h"

struct web_file {
    const char *path;           /* seen from the root of the site: "index.html", "pages/run.js" */
    const char *type;           /* of the content, with the character set */
    const char *etag;           /* with its quotes */
    const unsigned char *bytes; /* compressed: send them with "Content-Encoding: gzip" */
    size_t length;
};

/* The file of this path, without a slash in front; the empty path is index.html. NULL: there is
 * none. Static. */
const struct web_file *web_file_find(struct text path);

/* The generated table, in the order of its paths. */
extern const struct web_file web_files[];
extern const size_t web_files_count;

#endif
