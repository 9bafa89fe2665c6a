/* What a run is asked to do, and how it is set. */
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
                                 .keep_runs = 200};
}

enum error_code object_name_parse(struct text text, const char *option, struct object_name *name,
                                  struct error *error)
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
