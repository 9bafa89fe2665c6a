/*
 * script_hooks: calls a script after each iteration and after a run (hooks.lua). Internal to
 * script/. Nothing happens if the script has no such hook; its errors are logged.
 */
#ifndef TANDEM_SCRIPT_INTEGRATION_SCRIPT_HOOKS_H
#define TANDEM_SCRIPT_INTEGRATION_SCRIPT_HOOKS_H

#include "model/run.h"

struct script;

/* hooks.batch_completed and hooks.sync_completed. */
void script_hook_batch(struct script *script, const struct batch_result *result);
void script_hook_run(struct script *script, const struct run_summary *summary);

#endif
