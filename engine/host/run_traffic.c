/* A run's requests and processor time as JSON, and back. */
#include "host/run_traffic.h"

json_t *run_traffic_json(const struct run_traffic *traffic)
{
    json_t *const kinds = json_array(), *const durations = json_array();
    for (size_t i = 0; i < traffic->http.kind_count; i++) {
        const struct http_traffic_kind *const kind = &traffic->http.kinds[i];
        json_array_append_new(
            kinds, json_pack("[s, i, I]", kind->method, kind->code, (json_int_t)kind->count));
    }
    for (size_t i = 0; i <= HTTP_TRAFFIC_LIMITS; i++)
        json_array_append_new(durations, json_integer((json_int_t)traffic->http.durations[i]));
    return json_pack("{s:o, s:o, s:I, s:I}", "kinds", kinds, "durations", durations, "elapsed_ms",
                     (json_int_t)traffic->http.elapsed_ms, "script_ms",
                     (json_int_t)traffic->script_ms);
}

void run_traffic_add_json(struct run_traffic *sum, const json_t *json)
{
    const json_t *const kinds = json_object_get(json, "kinds"), *const durations = json_object_get(
                                                                    json, "durations");
    for (size_t i = 0; i < json_array_size(kinds); i++) {
        const char *method = NULL;
        int code = 0;
        json_int_t count = 0;
        if (json_unpack(json_array_get(kinds, i), "[s, i, I]", &method, &code, &count) == 0)
            http_traffic_add_kind(&sum->http, text_of(method), code, (uint64_t)count);
    }
    for (size_t i = 0; i <= HTTP_TRAFFIC_LIMITS; i++)
        sum->http.durations[i] += (uint64_t)json_integer_value(json_array_get(durations, i));
    sum->http.elapsed_ms += json_integer_value(json_object_get(json, "elapsed_ms"));
    sum->script_ms += json_integer_value(json_object_get(json, "script_ms"));
}
