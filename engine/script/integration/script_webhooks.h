/*
 * script_webhooks: the records that a delivery names, according to webhook_reader.lua:
 * `read(delivery)` is given { body = TEXT } and returns a list of
 * { object =, id =, merged_into = }. Internal to script/.
 */
#ifndef TANDEM_SCRIPT_INTEGRATION_SCRIPT_WEBHOOKS_H
#define TANDEM_SCRIPT_INTEGRATION_SCRIPT_WEBHOOKS_H

#include "script/integration/script_loader.h"
#include "model/run.h"

enum { SCRIPT_WEBHOOK_NAMES = 10000 };

/* The records that one delivery names; in the arena. Without webhook_reader.lua an ERROR_SCRIPT. */
WARN_UNUSED enum error_code script_webhooks_read(struct script *script, struct text body,
                                                 struct arena *arena, struct object_name **names,
                                                 size_t *count, struct error *error);

#endif
