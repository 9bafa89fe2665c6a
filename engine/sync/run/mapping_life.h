/*
 * mapping_life: the end of a link, and its restoration (spec 13.6, 13.12). Private to sync/.
 */
#ifndef TANDEM_SYNC_RUN_MAPPING_LIFE_H
#define TANDEM_SYNC_RUN_MAPPING_LIFE_H

#include "sync/run/run_context.h"

/* Has the object of a mapping another live one in this integration, of this entry (NULL: of any)?
 * Then it lives, too (13.12). */
WARN_UNUSED enum error_code mapping_life_has_other(struct run_context *context,
                                                   const struct mapping *mapping,
                                                   const struct manual_entry *entry,
                                                   struct arena *arena, bool *has,
                                                   struct error *error);
/* Mark the link deleted. */
void mapping_life_end(struct mapping *mapping, enum mapping_end ended_by, instant at);
/* Restore the link; its base versions no longer count. */
void mapping_life_renew(struct mapping *mapping);

#endif
