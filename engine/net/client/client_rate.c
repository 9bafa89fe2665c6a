/* client_rate: when the client's requests may go out: the general rate, the buckets that a request
 * names, and what answers tell of both. */
#include "net/client/client_state.h"

int64_t client_wait_for_rate(struct http_client *client, const struct http_request *request,
                             bool take)
{
    const int64_t now_ms = client_now_ms(client);
    const instant now = client_rate_now(client);
    int64_t wait = 0;
    if (request != NULL) {
        wait = rate_buckets_wait(&client->buckets, request->costs, request->cost_count, false,
                                 now_ms, now);
    }
    rate_share_enter(client->options.share, &client->limit);
    const int64_t general = rate_limit_wait(&client->limit, now_ms, now);
    wait = general > wait ? general : wait;
    if (take && wait == 0) {
        rate_limit_take(&client->limit);
    }
    rate_share_leave(client->options.share, &client->limit);
    if (take && wait == 0 && request != NULL) {
        wait = rate_buckets_wait(&client->buckets, request->costs, request->cost_count, true,
                                 now_ms, now);
    }
    return wait;
}

void client_hold_rate(struct http_client *client, int64_t ms)
{
    rate_share_enter(client->options.share, &client->limit);
    rate_limit_hold(&client->limit, client_now_ms(client) + ms);
    rate_share_leave(client->options.share, &client->limit);
}

void http_client_told(struct http_client *client, const struct rate_told *told)
{
    const double share = client->options.share_of_limits > 0 ? client->options.share_of_limits : 1;
    const int64_t hold = rate_told_hold(told, share);
    struct rate_bucket *const bucket = rate_buckets_find(&client->buckets, told->bucket);
    if (hold <= 0) {
        return;
    }
    if (bucket == NULL) { /* requests that name no bucket that is known use the whole account */
        client_hold_rate(client, hold);
        return;
    }
    rate_share_enter(bucket->share, &bucket->limit);
    rate_limit_hold(&bucket->limit, client_now_ms(client) + hold);
    rate_share_leave(bucket->share, &bucket->limit);
}
