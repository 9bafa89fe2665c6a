/* The options that sync and plan share, as the options of a run. */
#include "cli/line/sync_options.h"

#include <stdio.h>
#include <string.h>

#include "cli/show/output.h"

static enum error_code read_ids(struct arena *arena, const struct invocation *invocation,
                                const char *option, const struct object_name **ids, size_t *count,
                                struct error *error)
{
    *count = invocation_count(invocation, option);
    struct object_name *const names = ARENA_ARRAY(arena, *count, struct object_name);
    char shown[64];
    if (!names)
        return error_memory(error, "the ids given");
    snprintf(shown, sizeof shown, "--%s", option);
    for (size_t i = 0; i < *count; i++) {
        if (run_object_name_parse(text_of(invocation_nth(invocation, option, i)), shown, &names[i],
                                  error))
            return error->code;
    }
    *ids = names;
    return ERROR_NONE;
}

static enum error_code read_free_options(struct arena *arena, const struct invocation *invocation,
                                         struct run_options *options, struct error *error)
{
    const size_t count = invocation_count(invocation, "option");
    struct request_option *const pairs = ARENA_ARRAY(arena, count, struct request_option);
    if (!pairs)
        return error_memory(error, "the options given");
    for (size_t i = 0; i < count; i++) {
        const char *const word = invocation_nth(invocation, "option", i);
        const char *const colon = strchr(word, ':');
        if (!colon || colon == word)
            return error_set(error, ERROR_USAGE,
                             "option '--option' is '%s', which is not of the form KEY:VALUE", word);
        pairs[i].key = (struct text){word, (size_t)(colon - word)};
        pairs[i].value = text_of(colon + 1);
    }
    options->options = pairs;
    options->option_count = count;
    return ERROR_NONE;
}

static enum error_code read_wishes(struct arena *arena, const struct invocation *invocation,
                                   struct run_options *options, struct error *error)
{
    const size_t count = invocation_count(invocation, "retry");
    struct retry_wish *const wishes = ARENA_ARRAY(arena, count, struct retry_wish);
    if (!wishes)
        return error_memory(error, "what is to be tried again");
    for (size_t i = 0; i < count; i++) {
        if (run_retry_wish_parse(text_of(invocation_nth(invocation, "retry", i)), &wishes[i],
                                 error))
            return error->code;
    }
    options->retry = wishes;
    options->retry_count = count;
    return ERROR_NONE;
}

enum error_code sync_options_read(struct arena *arena, const struct invocation *invocation,
                                  instant now, struct run_options *options, struct error *error)
{
    instant start = INSTANT_NONE, end = INSTANT_NONE;

    options->first_time = invocation_has(invocation, "first-time-sync");
    options->no_pull = invocation_has(invocation, "disable-pull");
    options->no_push = invocation_has(invocation, "disable-push");
    options->no_activity_push = invocation_has(invocation, "disable-activity-push");
    options->allow_mass_change = invocation_has(invocation, "allow-mass-change");
    options->start = text_of(invocation_value(invocation, "start-datetime"));
    options->end = text_of(invocation_value(invocation, "end-datetime"));
    if (invocation_moment(invocation, "start-datetime", now, "-10 minutes", &start, error) ||
        invocation_moment(invocation, "end-datetime", now, "-10 minutes", &end, error) ||
        read_ids(arena, invocation, "internal-object-id", &options->internal_ids,
                 &options->internal_id_count, error) ||
        read_ids(arena, invocation, "integration-object-id", &options->integration_ids,
                 &options->integration_id_count, error) ||
        read_free_options(arena, invocation, options, error) ||
        read_wishes(arena, invocation, options, error))
        return error->code;
    if (start != INSTANT_NONE && start >= (end == INSTANT_NONE ? now : end))
        return error_set(error, ERROR_REFUSED,
                         "the window is empty: the start '%.*s' is not before the end '%.*s'",
                         TEXT_PRINT(options->start),
                         TEXT_PRINT(end == INSTANT_NONE ? TEXT("now") : options->end));
    return ERROR_NONE;
}

enum error_code sync_options_describe(const struct invocation *invocation,
                                      const struct run_options *options, struct arena *arena,
                                      struct text *described, struct error *error)
{
    return output_json_text(
        json_pack("{s:b, s:b, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "first_time_sync",
                  (int)options->first_time, "disable_pull", (int)options->no_pull, "disable_push",
                  (int)options->no_push, "disable_activity_push", (int)options->no_activity_push,
                  "start_datetime", value_json_text(options->start), "end_datetime",
                  value_json_text(options->end), "internal_object_ids",
                  invocation_json(invocation, "internal-object-id"), "integration_object_ids",
                  invocation_json(invocation, "integration-object-id"), "options",
                  invocation_json(invocation, "option"), "retry",
                  invocation_json(invocation, "retry")),
        arena, described, error);
}
