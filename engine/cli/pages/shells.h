/*
 * shells: completion for bash, zsh and fish: small functions that ask `tandem complete`.
 *
 * The program alone says what can be completed, so the scripts (shells/, built into the program)
 * never change. Bash treats the text before a '=' or ':' as a separate word, which tandem.bash cuts
 * off what it offers.
 */
#ifndef TANDEM_CLI_PAGES_SHELLS_H
#define TANDEM_CLI_PAGES_SHELLS_H

struct shell {
    const char *name;          /* "bash"; NULL ends the table */
    const char *folder, *file; /* where it looks for completions */
    const char *completion;    /* what the file says */
};

extern const struct shell shells[];

#endif
