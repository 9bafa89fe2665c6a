/*
 * configuration_file: a configuration file as a text. Private to script/configuration/.
 */
#ifndef TANDEM_SCRIPT_CONFIGURATION_CONFIGURATION_FILE_H
#define TANDEM_SCRIPT_CONFIGURATION_CONFIGURATION_FILE_H

#include "base/error.h"
#include "base/text.h"

/* Into *text (malloc'ed). ERROR_NOT_FOUND if there is none. */
WARN_UNUSED enum error_code configuration_file_read(const char *path, struct text *text,
                                                    struct error *error);

#endif
