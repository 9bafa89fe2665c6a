/*
 * shells: completion for bash, zsh and fish: small functions that ask `tandem complete`.
 */
#ifndef TANDEM_CLI_PAGES_SHELLS_H
#define TANDEM_CLI_PAGES_SHELLS_H

/* The file for a shell ("bash"), static; NULL: there is none for it. */
const char *shells_completion(const char *shell);

#endif
