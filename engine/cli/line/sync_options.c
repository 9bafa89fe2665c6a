/* The options that sync and plan share, as the options of a run. */
#include "cli/line/sync_options.h"

#include <stdio.h>
#include <string.h>

#include "cli/show/output.h"

static enum error_code parse_id(const char *option, const char *value, void *item,
                                struct error *error)
{
    char shown[64];
    snprintf(shown, sizeof shown, "--%s", option);
    return run_object_name_parse(text_of(value), shown, item, error);
}

static enum error_code parse_pair(const char *option, const char *value, void *item,
                                  struct error *error)
{
    const char *const colon = strchr(value, ':');
    if (!colon || colon == value)
        return error_set(error, ERROR_USAGE,
                         "option '--%s' is '%s', which is not of the form KEY:VALUE", option,
                         value);
    *(struct request_option *)item = (struct request_option){
        .key = {value, (size_t)(colon - value)}, .value = text_of(colon + 1)};
    return ERROR_NONE;
}

static enum error_code parse_wish(const char *option, const char *value, void *item,
                                  struct error *error)
{
    (void)option;
    return run_retry_wish_parse(text_of(value), item, error);
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
        invocation_each(invocation, "internal-object-id", parse_id, sizeof *options->internal_ids,
                        arena, &options->internal_ids, &options->internal_id_count, error) ||
        invocation_each(invocation, "integration-object-id", parse_id,
                        sizeof *options->integration_ids, arena, &options->integration_ids,
                        &options->integration_id_count, error) ||
        invocation_each(invocation, "option", parse_pair, sizeof *options->options, arena,
                        &options->options, &options->option_count, error) ||
        invocation_each(invocation, "retry", parse_wish, sizeof *options->retry, arena,
                        &options->retry, &options->retry_count, error))
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
