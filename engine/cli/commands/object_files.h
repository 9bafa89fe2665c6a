/*
 * object_files: objects from a file and to one, in the formats of other programs. For cli/commands/
 * only.
 */
#ifndef TANDEM_CLI_COMMANDS_OBJECT_FILES_H
#define TANDEM_CLI_COMMANDS_OBJECT_FILES_H

#include "cli/line/command.h"

extern const struct command object_files_import, object_files_export;

#endif
