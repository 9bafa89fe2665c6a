/* Taking a line of the log apart: "TIME [PREFIX] LEVEL COMPONENT: MESSAGE". */
#include "service/daemon/json_log.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "model/value_json.h"

/* "helloworld#12" */
static void add_prefix(json_t *json, struct text prefix)
{
    struct text name, number;
    int64_t run = 0;
    const bool numbered = text_cut(prefix, '#', &name, &number);
    json_object_set_new(json, "integration", value_json_text(name));
    if (numbered && text_to_integer(number, &run))
        json_object_set_new(json, "run", json_integer(run));
}

void json_log_sink(void *context, enum log_level level, const char *line)
{
    const struct text name = text_of(log_level_name(level));
    struct text rest, word;
    json_t *const json = json_object();
    (void)context;
    text_cut(text_of(line), ' ', &word, &rest);
    json_object_set_new(json, "ts", value_json_text(word));
    json_object_set_new(json, "level", value_json_text(name));
    text_cut(rest, ' ', &word, &rest);
    if (!text_equal(word, name)) {
        add_prefix(json, word);
        text_cut(rest, ' ', &word, &rest);
    }
    text_cut(rest, ' ', &word, &rest);
    if (word.length > 0)
        word.length -= word.bytes[word.length - 1] == ':';
    json_object_set_new(json, "component", value_json_text(word));
    json_object_set_new(json, "message", value_json_text(rest));
    char *const dumped = json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER);
    if (dumped)
        fprintf(stderr, "%s\n", dumped);
    free(dumped);
    json_decref(json);
}
