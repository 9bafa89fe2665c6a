/* Looking up the page of an error. */
#include "cli/pages/error_pages.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *error_pages_find(const char *word)
{
    static const char digits[] = "0123456789";
    if (strncasecmp(word, "TND", 3) == 0)
        word += 3;
    if (!*word || strlen(word) > 4 || word[strspn(word, digits)])
        return NULL;
    const long number = strtol(word, NULL, 10); /* at most four digits */
    for (const struct error_page *page = error_pages; page->text; page++) {
        if (page->number == number)
            return page->text;
    }
    return NULL;
}
