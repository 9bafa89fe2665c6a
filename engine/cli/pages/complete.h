/*
 * complete: what may come next on a command line, for the completion of shells.
 *
 * Prints one candidate a line, with a tabulator and what it is behind it; ":files" and ":folders"
 * ask the shell for paths. Commands and options come from their tables; integrations, objects,
 * fields, runs and reasons from the home, as far as it can be read: nothing is created, no script
 * runs, and errors are not reported.
 */
#ifndef TANDEM_CLI_PAGES_COMPLETE_H
#define TANDEM_CLI_PAGES_COMPLETE_H

#include "cli/line/command.h"

/* The last word is the one being typed, perhaps empty. */
void complete_print(const struct command *const *commands, const char *home, char *const *words,
                    int count);

#endif
