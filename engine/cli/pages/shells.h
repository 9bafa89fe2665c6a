/*
 * shells: completion for bash, zsh and fish: small functions that ask `tandem complete`.
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
