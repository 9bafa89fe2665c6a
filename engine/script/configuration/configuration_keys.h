/*
 * configuration_keys: the keys of config/tandem.lua and config/integrations/NAME.lua as data.
 *
 * The reader refuses keys that are not here, `tandem check` uses it to find misspelled ones, and
 * the man page tandem.lua(5) is made from it. Static; nothing to release.
 */
#ifndef TANDEM_SCRIPT_CONFIGURATION_CONFIGURATION_KEYS_H
#define TANDEM_SCRIPT_CONFIGURATION_CONFIGURATION_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/* Where a key may stand at the top of a file; keys of inner tables stand wherever their table does.
 */
enum configuration_keys_file {
    KEYS_GENERAL = 1,     /* config/tandem.lua */
    KEYS_INTEGRATION = 2, /* config/integrations/NAME.lua */
    KEYS_BOTH = 3,
};

struct configuration_key {
    const char *table; /* "limits"; "" at the top of a file */
    const char *name;
    const char *value;     /* what may stand there: "a number from 0 to 1" */
    const char *otherwise; /* its default; NULL: there is none, or the key is required */
    enum configuration_keys_file file;
    const char *meaning; /* one sentence, lower case, no full stop */
};

/* All keys, table by table; a NULL name ends them. */
extern const struct configuration_key configuration_keys[];

/* Is there such a key in the table ("": at the top of a file of this kind)? */
bool configuration_keys_have(const char *table, enum configuration_keys_file file,
                             const char *name);
/* Up to `most` names of a table, for a look-up of the nearest; how many there are. */
size_t configuration_keys_names(const char *table, enum configuration_keys_file file,
                                const char **names, size_t most);

#endif
