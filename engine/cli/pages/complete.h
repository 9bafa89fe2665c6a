/*
 * complete: what may come next on a command line, for the completion of shells.
 *
 * Prints one candidate a line, with a tabulator and what it is behind it; ":files" and ":folders"
 * ask the shell for paths. Commands and options come from their tables; integrations, objects,
 * fields, runs and reasons from the home, as far as it can be read: nothing is made, no script
 * runs, and nothing is said about trouble.
 */
#ifndef TANDEM_CLI_PAGES_COMPLETE_H
#define TANDEM_CLI_PAGES_COMPLETE_H

#include "cli/line/command.h"

/* The last word is the one that is being written, perhaps empty. */
void complete_print(const struct command *const *commands, const char *home, char *const *words,
                    int count);

#endif
