#include "conformance/scenario_options.h"

#include <string.h>

#include "conformance/json_value.h"

static enum error_code read_names(struct arena *arena, const json_t *told, const char *option,
                                  const struct object_name **names, size_t *count,
                                  struct error *error)
{
    *count = json_array_size(told);
    struct object_name *list = ARENA_ARRAY(arena, *count, struct object_name);
    if (!list)
        return error_memory(error, "the options of a case");
    *names = list;
    for (size_t i = 0; i < *count; i++) {
        if (run_object_name_parse(json_value_text(json_array_get(told, i)), option, &list[i],
                                  error))
            return error->code;
    }
    return ERROR_NONE;
}

/* "key:value", split at the first colon; the value may be empty. */
static enum error_code read_free_options(struct arena *arena, const json_t *told,
                                         struct run_options *options, struct error *error)
{
    const size_t count = json_array_size(told);
    struct request_option *list = ARENA_ARRAY(arena, count, struct request_option);
    if (!list)
        return error_memory(error, "the options of a case");
    for (size_t i = 0; i < count; i++) {
        const struct text text = json_value_text(json_array_get(told, i));
        const char *colon = text.bytes ? memchr(text.bytes, ':', text.length) : NULL;
        if (!colon || colon == text.bytes)
            return error_set(error, ERROR_USAGE, "'%.*s' is not KEY:VALUE", TEXT_PRINT(text));
        const size_t length = (size_t)(colon - text.bytes);
        list[i].key = (struct text){text.bytes, length};
        list[i].value = (struct text){colon + 1, text.length - length - 1};
    }
    options->options = list;
    options->option_count = count;
    return ERROR_NONE;
}

static enum error_code read_retry(struct arena *arena, const json_t *told,
                                  struct run_options *options, struct error *error)
{
    const size_t count = json_array_size(told);
    struct retry_wish *list = ARENA_ARRAY(arena, count, struct retry_wish);
    if (!list)
        return error_memory(error, "the options of a case");
    for (size_t i = 0; i < count; i++) {
        if (run_retry_wish_parse(json_value_text(json_array_get(told, i)), &list[i], error))
            return error->code;
    }
    options->retry = list;
    options->retry_count = count;
    return ERROR_NONE;
}

enum error_code scenario_options_read(struct arena *arena, const json_t *told,
                                      struct run_options *options, struct error *error)
{
    *options = (struct run_options){
        .first_time = json_is_true(json_object_get(told, "first_time")),
        .no_pull = json_is_true(json_object_get(told, "no_pull")),
        .no_push = json_is_true(json_object_get(told, "no_push")),
        .start = json_value_text(json_object_get(told, "start")),
        .end = json_value_text(json_object_get(told, "end")),
    };
    if (read_names(arena, json_object_get(told, "internal_object_ids"), "internal-object-id",
                   &options->internal_ids, &options->internal_id_count, error) ||
        read_names(arena, json_object_get(told, "integration_object_ids"), "integration-object-id",
                   &options->integration_ids, &options->integration_id_count, error) ||
        read_retry(arena, json_object_get(told, "retry"), options, error) ||
        read_free_options(arena, json_object_get(told, "options"), options, error))
        return error->code;
    return ERROR_NONE;
}

static enum error_code read_judge(const json_t *modes, struct judge *judge, struct error *error)
{
    judge->mode_count = 0;
    for (size_t i = 0; i < json_array_size(modes); i++) {
        if (i >= JUDGE_MODE_COUNT || !judge_mode_of_name(json_value_text(json_array_get(modes, i)),
                                                         &judge->modes[judge->mode_count++]))
            return error_set(error, ERROR_INVALID, "the case names an unknown mode of the judge");
    }
    return ERROR_NONE;
}

static enum error_code read_distinguish(struct arena *arena, const json_t *told,
                                        struct run_settings *settings, struct error *error)
{
    struct distinguishing *kinds =
        ARENA_ARRAY(arena, json_object_size(told), struct distinguishing);
    const char *name = NULL;
    json_t *list = NULL;
    if (!kinds)
        return error_memory(error, "a configuration");
    settings->distinguish = kinds;
    settings->distinguish_count = 0;
    json_object_foreach((json_t *)(uintptr_t)told, name, list)
    {
        struct text *fields = ARENA_ARRAY(arena, json_array_size(list), struct text);
        if (!fields)
            return error_memory(error, "a configuration");
        for (size_t i = 0; i < json_array_size(list); i++)
            fields[i] = json_value_text(json_array_get(list, i));
        kinds[settings->distinguish_count++] = (struct distinguishing){
            .object = text_of(name), .fields = fields, .count = json_array_size(list)};
    }
    return ERROR_NONE;
}

static bool read_first_link(struct text name, enum first_link *policy)
{
    static const char *const names[] = {
        [FIRST_LINK_NEWEST] = "newest",
        [FIRST_LINK_INTERNAL] = "internal",
        [FIRST_LINK_INTEGRATION] = "integration",
        [FIRST_LINK_HOLD] = "hold",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        *policy = (enum first_link)i;
        if (text_equal(name, text_of(names[i])))
            return true;
    }
    return false;
}

enum error_code scenario_options_config(struct arena *arena, const json_t *config,
                                        struct run_settings *settings, struct error *error)
{
    const json_t *modes = json_object_get(config, "judge");
    const json_t *overlap = json_object_get(config, "overlap_seconds");
    const char *on_tie = json_string_value(json_object_get(config, "on_tie"));
    const json_t *first_link = json_object_get(config, "first_link");
    if (modes && read_judge(modes, &settings->judge, error))
        return error->code;
    const json_t *distinguish = json_object_get(config, "distinguish");
    if (distinguish && read_distinguish(arena, distinguish, settings, error))
        return error->code;
    if (overlap)
        settings->overlap_ms = (int64_t)(json_number_value(overlap) * 1000);
    if (first_link && !read_first_link(json_value_text(first_link), &settings->first_link))
        return error_set(error, ERROR_INVALID, "the case names an unknown first_link");
    if (on_tie)
        settings->on_tie = strcmp(on_tie, "internal") == 0      ? TIE_INTERNAL
                           : strcmp(on_tie, "integration") == 0 ? TIE_INTEGRATION
                                                                : TIE_NOBODY;
    return ERROR_NONE;
}
