/*
 * http_rates: what a request says about limits: `costs` and `waits`. Internal to script/; may
 * raise.
 */
#ifndef TANDEM_SCRIPT_BINDINGS_HTTP_RATES_H
#define TANDEM_SCRIPT_BINDINGS_HTTP_RATES_H

#include <lua.h>

#include "net/wire/http.h"
#include "net/wire/rate_bucket.h"
#include "net/wire/told_wait.h"

enum { HTTP_RATES_COSTS = 8, HTTP_RATES_WAITS = 32 };

struct http_rates {
    struct http_cost costs[HTTP_RATES_COSTS];
    struct http_told_wait waits[HTTP_RATES_WAITS];
};

/* Read both options of the table at `options` into `rates`, and let the request, which has none
 * yet, point there. The texts live on the Lua stack. */
void http_rates_read(lua_State *L, int options, struct http_rates *rates,
                     struct http_request *request);
/* http.told{bucket=, limit=, remaining=, resets_in=}: the argument at `index`. */
void http_rates_told(lua_State *L, int index, struct rate_told *told);

#endif
