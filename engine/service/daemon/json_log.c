/* Taking a line of the log apart: "TIME [PREFIX] LEVEL COMPONENT: MESSAGE". */
#include "service/daemon/json_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "model/value_json.h"

static struct text next_word(struct text *line)
{
    const char *const blank = memchr(line->bytes, ' ', line->length);
    const size_t length = blank ? (size_t)(blank - line->bytes) : line->length;
    const struct text word = {line->bytes, length};
    *line = (struct text){line->bytes + length + (blank != NULL),
                          line->length - length - (blank != NULL)};
    return word;
}

/* "helloworld#12" */
static void add_prefix(json_t *json, struct text prefix)
{
    const char *const mark = memchr(prefix.bytes, '#', prefix.length);
    int64_t run = 0;
    const size_t length = mark ? (size_t)(mark - prefix.bytes) : prefix.length;
    json_object_set_new(json, "integration", value_json_text((struct text){prefix.bytes, length}));
    if (mark && text_to_integer((struct text){mark + 1, prefix.length - length - 1}, &run))
        json_object_set_new(json, "run", json_integer(run));
}

void json_log_sink(void *context, enum log_level level, const char *line)
{
    const struct text name = text_of(log_level_name(level));
    struct text rest = text_of(line);
    json_t *const json = json_object();
    (void)context;
    json_object_set_new(json, "ts", value_json_text(next_word(&rest)));
    json_object_set_new(json, "level", value_json_text(name));
    struct text word = next_word(&rest);
    if (!text_equal(word, name)) {
        add_prefix(json, word);
        next_word(&rest);
    }
    word = next_word(&rest);
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
