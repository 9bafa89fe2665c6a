/*
 * explain_json: what is known of one object, as JSON.
 */
#ifndef TANDEM_HOST_EXPLAIN_JSON_H
#define TANDEM_HOST_EXPLAIN_JSON_H

#include <jansson.h>

#include "host/explain_facts.h"

json_t *explain_json(const struct explain_facts *facts);

#endif
