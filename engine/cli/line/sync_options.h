/*
 * sync_options: the options of 'tandem sync' and 'tandem plan'.
 */
#ifndef TANDEM_CLI_LINE_SYNC_OPTIONS_H
#define TANDEM_CLI_LINE_SYNC_OPTIONS_H

#include "cli/line/command.h"
#include "model/run.h"

/* For a command's table of options. */
/* clang-format off */
#define SYNC_OPTIONS                                                                               \
    OPTION("start-datetime", "WHEN",                                                               \
           "ask for what changed from then on: '2026-03-10 12:00:00' (UTC) or '-10 minutes' "      \
           "(default: where the last run ended)", .letter = 't'),                                  \
    OPTION("end-datetime", "WHEN", "... and before then (default: now)"),                          \
    FLAG("first-time-sync", "push all objects, not only those with changes", .letter = 'f'),       \
    FLAG("disable-pull", "read nothing from there"),                                               \
    FLAG("disable-push", "send nothing there"),                                                    \
    OPTION("internal-object-id", "TYPE:ID",                                                        \
           "only this object of ours and its records there; repeatable",                           \
           .repeatable = true, .alias = "mautic-object-id"),                                       \
    OPTION("integration-object-id", "TYPE:ID",                                                     \
           "only this record of theirs and its object here; repeatable", .repeatable = true),      \
    OPTION("option", "KEY:VALUE", "pass an option to the script", .repeatable = true),             \
    OPTION("retry", "WHAT",                                                                        \
           "retry open matters: 'all', a reason such as 'refused', or TYPE:ID (see 'tandem help "  \
           "retry')", .repeatable = true),                                                         \
    FLAG("disable-activity-push", "send no activities"),                                           \
    FLAG("allow-mass-change",                                                                      \
         "continue even if a large share of the objects would be deleted or unlinked")
/* clang-format on */

/* Read them. Whatever is malformed is refused here, before anything is read or written:
 * ERROR_USAGE, ERROR_REFUSED for a window that is empty. Relative moments are taken from `now`.
 * Lists live in the arena, texts are borrowed from the command line. */
WARN_UNUSED enum error_code sync_options_read(struct arena *arena,
                                              const struct invocation *invocation, instant now,
                                              struct run_options *options, struct error *error);
/* What a run must have in common with the one that it resumes, as JSON in the arena. */
WARN_UNUSED enum error_code sync_options_describe(const struct invocation *invocation,
                                                  const struct run_options *options,
                                                  struct arena *arena, struct text *described,
                                                  struct error *error);

#endif
