/* client_rate: when the client's requests may go out: the general rate, the buckets that a request
 * names, and what answers say about both. */
#include "net/client/client_state.h"

static const int64_t DAY_MS = INT64_C(86400000);

/* A wait that a server asks for ends the run if it is longer than the operator allows. What is
 * written down for later runs lasts no longer than that: then the server is asked again, instead of
 * being believed for years. */
static int64_t bounded(int64_t ms, int64_t most)
{
    return ms < most ? ms : most;
}

static void bound_hold(const struct http_client *client, struct rate_limit *limit)
{
    const int64_t latest = client_now_ms(client) + client->options.max_retry_after_ms;
    if (limit->hold_until > latest)
        limit->hold_until = latest;
}

int64_t client_rate_wait(struct http_client *client, const struct http_request *request, bool take)
{
    const int64_t now_ms = client_now_ms(client);
    const instant now = client_rate_now(client);
    int64_t wait = 0;
    if (request) {
        wait = rate_buckets_wait(&client->buckets, request->costs, request->cost_count, false,
                                 now_ms, now);
    }
    rate_share_enter(client->options.share, &client->limit);
    bound_hold(client, &client->limit);
    const int64_t general = rate_limit_wait(&client->limit, 1, now_ms, now);
    const int64_t told = client->told_until - now_ms;
    wait = general > wait ? general : wait;
    wait = told > wait ? told : wait;
    if (take && wait == 0)
        rate_limit_take(&client->limit, 1);
    rate_share_leave(client->options.share, &client->limit);
    if (take && wait == 0 && request) {
        wait = rate_buckets_wait(&client->buckets, request->costs, request->cost_count, true,
                                 now_ms, now);
    }
    return wait;
}

void client_rate_hold(struct http_client *client, int64_t ms)
{
    const int64_t now_ms = client_now_ms(client);
    const int64_t until = now_ms + bounded(ms, DAY_MS);
    client->told_until = until > client->told_until ? until : client->told_until;
    rate_share_enter(client->options.share, &client->limit);
    bound_hold(client, &client->limit);
    rate_limit_hold(&client->limit, now_ms + bounded(ms, client->options.max_retry_after_ms));
    rate_share_leave(client->options.share, &client->limit);
}

void client_rate_told(struct http_client *client, const struct rate_told *told)
{
    const double share = client->options.share_of_limits > 0 ? client->options.share_of_limits : 1;
    const int64_t hold = rate_told_hold(told, share);
    struct rate_bucket *const bucket = rate_buckets_find(&client->buckets, told->bucket);
    if (hold <= 0)
        return;
    if (!bucket) { /* requests that name no bucket that is known use the whole account */
        client_rate_hold(client, hold);
        return;
    }
    rate_share_enter(bucket->share, &bucket->limit);
    /* A bucket may be empty for the rest of a day; no longer than that. */
    rate_limit_hold(&bucket->limit, client_now_ms(client) + bounded(hold, DAY_MS));
    rate_share_leave(bucket->share, &bucket->limit);
}
