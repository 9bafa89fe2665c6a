/* What a run is asked to do, and its settings. */
#include "model/run.h"

#include <string.h>

struct run_settings run_settings_default(void)
{
    return (struct run_settings){.judge = judge_default(),
                                 .on_tie = TIE_NOBODY,
                                 .overlap_ms = 5 * 60 * 1000,
                                 .page_full = 200,
                                 .page_partial = 100,
                                 .mass_share = 0.1,
                                 .mass_minimum = 20,
                                 .outage_share = 0.5,
                                 .outage_minimum = 50,
                                 .retries = 5,
                                 .keep_days = 30,
                                 .keep_runs = 200,
                                 .run_minutes = 24 * 60};
}

enum error_code run_object_name_parse(struct text text, const char *option,
                                      struct object_name *name, struct error *error)
{
    const char *colon = text.length > 0 ? memchr(text.bytes, ':', text.length) : NULL;
    if (!colon || colon == text.bytes || colon == text.bytes + text.length - 1)
        return error_set(error, ERROR_USAGE, "%s '%.*s' is not OBJECT:ID, for example 'contact:12'",
                         option, TEXT_PRINT(text));
    const size_t length = (size_t)(colon - text.bytes);
    name->object = (struct text){text.bytes, length};
    name->id = (struct text){colon + 1, text.length - length - 1};
    return ERROR_NONE;
}

/* Only what a run can retry. */
static bool can_be_retried(enum matter_reason reason)
{
    return (reason >= MATTER_REFUSED && reason <= MATTER_DOUBTFUL) || reason == MATTER_LOOP;
}

enum error_code run_retry_wish_parse(struct text text, struct retry_wish *wish, struct error *error)
{
    *wish = (struct retry_wish){.all = text_equal(text, TEXT("all"))};
    if (wish->all)
        return ERROR_NONE;
    if (matter_reason_of_name(text, &wish->reason) && can_be_retried(wish->reason))
        return ERROR_NONE;
    wish->reason = 0;
    if (text_is_empty(text) || !memchr(text.bytes, ':', text.length))
        return error_set(error, ERROR_USAGE,
                         "'%.*s' cannot be retried; give 'all', a reason (refused, withheld, "
                         "not_kept, held, ambiguous, doubtful, loop) or TYPE:ID",
                         TEXT_PRINT(text));
    return run_object_name_parse(text, "--retry", &wish->name, error);
}
