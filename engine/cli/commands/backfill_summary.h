/*
 * backfill_summary: how a backfill went, for people and for programs. For cli/commands/ only.
 */
#ifndef TANDEM_CLI_COMMANDS_BACKFILL_SUMMARY_H
#define TANDEM_CLI_COMMANDS_BACKFILL_SUMMARY_H

#include "cli/commands/backfill_work.h"

/* One JSON object with --json; else the slices with troubles and one line, unless --quiet. */
WARN_UNUSED enum error_code backfill_summary_show(const struct backfill_work *work,
                                                  enum exit_code exit_code, struct error *error);

#endif
