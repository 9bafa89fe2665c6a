/*
 * integration_store: what a script sees of the store: its cache, and which records are linked.
 */
#ifndef TANDEM_HOST_INTEGRATION_STORE_H
#define TANDEM_HOST_INTEGRATION_STORE_H

#include "host/integration.h"

/* Both borrow the integration, which must not move while its script may use them. */
struct script_cache integration_store_cache(struct integration *integration);
struct script_links integration_store_links(struct integration *integration);

#endif
