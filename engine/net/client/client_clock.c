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

static bool has_no_date(const struct http_response *response)
{
    return response->status >= 200 && response->status <= 299 &&
           text_is_empty(http_response_header(response, "Date"));
}

void client_note_clock(struct http_client *client, const struct http_call *call)
{
    const struct clock_bounds behind =
        retry_clock_behind(&call->result.response, client_rate_now(client));
    if (behind.known && !client->options.recorded && !is_left_alone(client, &behind))
        clock_bounds_narrow(&client->behind, behind.least, behind.most);
    else if (has_no_date(&call->result.response) && !client->options.recorded)
        client->behind.undated = true;
}

/* ---- The dates of our writes ---- */

void client_note_write(struct http_client *client, instant begun, instant at, bool created)
{
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    const instant now = client_rate_now(client);
    struct clock_bounds *const written = &client->written;
    /* it may have been that much later there: dates are cut to the second, often to the minute */
    const int64_t cut = instant_unit(at) - 1;
    const struct clock_bounds behind = {.known = true, .least = begun - at - cut, .most = now - at};
    if (at % DAY_MS == 0 || client->options.recorded || is_left_alone(client, &behind))
        return;
    if (written->known && behind.least > written->most)
        return; /* a write that changed nothing keeps an old date: the latest one counts */
    if (!written->known || behind.most < written->least)
        client->written_creates = 0;
    client->written_creates += created;
    clock_bounds_narrow(written, behind.least, behind.most);
}

/* A date after the write proves a clock that is ahead. One before it may be that of a record that
 * was there already, unless two creates agree. */
static bool is_believed(const struct http_client *client)
{
    const struct clock_bounds *const written = &client->written;
    return written->known && (written->least <= CLOCK_UNNOTICED_MS || client->written_creates >= 2);
}

struct clock_bounds client_clock_behind(const struct http_client *client)
{
    if (client->behind.known || !is_believed(client))
        return client->behind;
    return client->written;
}
