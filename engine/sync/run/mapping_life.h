/*
 * mapping_life: when a link ends, and when it lives again (spec 13.6, 13.12). Private to sync/.
 */
#ifndef TANDEM_SYNC_RUN_MAPPING_LIFE_H
#define TANDEM_SYNC_RUN_MAPPING_LIFE_H

#include "model/order.h"

/* Mark the link deleted. */
void mapping_life_end(struct mapping *mapping, enum mapping_end ended_by, instant at);
/* The link lives again; what was agreed before it ended says nothing of it any more. */
void mapping_life_renew(struct mapping *mapping);

#endif
