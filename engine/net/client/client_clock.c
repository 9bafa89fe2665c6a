/* A client's clocks: the monotonic one for waits, UTC for dates and daily limits. */
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

/* Tests set our clock (day_shift_ms) to another day than that of the servers. */
static bool is_left_alone(const struct http_client *client, const struct clock_bounds *behind)
{
    enum { DAY_MS = 24 * 60 * 60 * 1000, MINUTE_MS = 60 * 1000 };
    const int64_t shift = client->options.day_shift_ms;
    const int64_t beside_machine = behind->most - shift;
    return (shift >= DAY_MS || shift <= -DAY_MS) && beside_machine > -MINUTE_MS &&
           beside_machine < MINUTE_MS;
}

void client_note_clock(struct http_client *client, const struct http_call *call)
{
    const struct clock_bounds behind =
        retry_clock_behind(&call->result.response, client_rate_now(client));
    if (behind.known && !client->options.recorded && !is_left_alone(client, &behind))
        clock_bounds_narrow(&client->behind, behind.least, behind.most);
}
