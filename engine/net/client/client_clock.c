/* What time it is for a client: the monotonic clock for waits, UTC for dates and for limits of days. */
#include "net/client/client_state.h"

/* ---- Clock ---- */

int64_t client_now_ms(const struct http_client *client)
{
    return client->options.now_ms(client->options.clock_context);
}

instant client_utc_now(const struct http_client *client)
{
    return client->options.now(client->options.clock_context);
}

instant client_rate_now(const struct http_client *client)
{
    return client_utc_now(client) + client->options.day_shift_ms;
}
