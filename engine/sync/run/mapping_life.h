/*
 * mapping_life: the end of a link, and its restoration (spec 13.6, 13.12). Private to sync/.
 */
#ifndef TANDEM_SYNC_RUN_MAPPING_LIFE_H
#define TANDEM_SYNC_RUN_MAPPING_LIFE_H

#include "model/order.h"

/* Mark the link deleted. */
void mapping_life_end(struct mapping *mapping, enum mapping_end ended_by, instant at);
/* Restore the link; its base versions no longer count. */
void mapping_life_renew(struct mapping *mapping);

#endif
