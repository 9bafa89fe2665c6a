/* One part for each integration and reason, with the newest examples. */
#include "service/notify/digest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include <jansson.h>

#include "host/reasons.h"
#include "model/value_json.h"

static bool begins_group(const struct digest *digest, size_t index)
{
    const struct message_matter *const matters = digest->matters;
    return index == 0 || !text_equal(matters[index].reason, matters[index - 1].reason) ||
           !text_equal(matters[index].integration, matters[index - 1].integration);
}

static void sum(const struct digest *digest, int64_t *fresh, int64_t *open)
{
    *fresh = *open = 0;
    for (size_t i = 0; i < digest->count; i++) {
        if (!begins_group(digest, i))
            continue;
        *fresh += digest->matters[i].fresh;
        *open += digest->matters[i].open;
    }
}

static bool is_failing(const struct message_matter *matter)
{
    return text_equal(matter->reason, TEXT("failing"));
}

static const char *meaning(const struct message_matter *matter)
{
    return is_failing(matter) ? "its runs fail" : reasons_of_matter(matter->reason)->meaning;
}

static const char *advice(const struct message_matter *matter)
{
    return is_failing(matter) ? "'tandem status' shows the error of the last run"
                              : reasons_of_matter(matter->reason)->advice;
}

/* Where the matters of an integration and reason are listed; names need no escaping but '%'. */
static enum error_code append_link(const struct digest *digest, const struct message_matter *matter,
                                   struct buffer *out, struct error *error)
{
    if (is_failing(matter))
        return buffer_append_format(out, error, "%.*s/#/integrations/%.*s",
                                    TEXT_PRINT(digest->link), TEXT_PRINT(matter->integration));
    return buffer_append_format(out, error, "%.*s/#/open?integration=%.*s&reason=%.*s",
                                TEXT_PRINT(digest->link), TEXT_PRINT(matter->integration),
                                TEXT_PRINT(matter->reason));
}

/* ---- JSON ---- */

static json_t *text_or_null(struct text text)
{
    return text_is_empty(text) ? json_null() : value_json_text(text);
}

static json_t *example_json(const struct message_matter *matter)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "object", text_or_null(matter->object),
                     "id", text_or_null(matter->id), "integration_object",
                     text_or_null(matter->record), "integration_id",
                     text_or_null(matter->record_id), "field", text_or_null(matter->field), "since",
                     value_json_instant(matter->since), "message", text_or_null(matter->message));
}

static enum error_code group_json(const struct digest *digest, const struct message_matter *matter,
                                  json_t **group, struct error *error)
{
    struct buffer link = BUFFER(8192);
    enum error_code code = ERROR_NONE;
    if (!text_is_absent(digest->link))
        code = append_link(digest, matter, &link, error);
    *group = json_pack("{s:o, s:o, s:I, s:I, s:s, s:s, s:o, s:[]}", "integration",
                       value_json_text(matter->integration), "reason",
                       value_json_text(matter->reason), "new", (json_int_t)matter->fresh, "waiting",
                       (json_int_t)matter->open, "explanation", meaning(matter), "advice",
                       advice(matter), "url", text_or_null(buffer_text(&link)), "newest");
    buffer_release(&link);
    return code || *group ? code : error_memory(error, "a message");
}

enum error_code digest_json(const struct digest *digest, struct buffer *body, struct error *error)
{
    char now[INSTANT_TEXT_SIZE];
    int64_t fresh = 0, open = 0;
    json_t *const items = json_array(), *group = NULL;
    enum error_code code = ERROR_NONE;
    for (size_t i = 0; !code && i < digest->count; i++) {
        if (begins_group(digest, i)) {
            code = group_json(digest, &digest->matters[i], &group, error);
            json_array_append_new(items, group);
        }
        json_array_append_new(json_object_get(group, "newest"), example_json(&digest->matters[i]));
    }
    sum(digest, &fresh, &open);
    json_t *const json = json_pack("{s:s, s:s, s:{s:I, s:I, s:o}}", "type", "tandem.attention",
                                   "timestamp", instant_format(digest->now, now), "data", "new",
                                   (json_int_t)fresh, "waiting", (json_int_t)open, "items", items);
    char *const text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    if (!code)
        code = text ? buffer_append_text(body, text_of(text), error)
                    : error_memory(error, "a message");
    free(text);
    return code;
}

/* ---- mail ---- */

/* The part of it for one line, without line breaks from outside. */
static enum error_code append_line(struct buffer *body, struct text text, struct error *error)
{
    for (size_t i = 0; i < text.length && i < 300; i++) {
        const char letter = text.bytes[i];
        if (buffer_append(body, (unsigned char)letter < ' ' ? " " : &letter, 1, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code append_example(const struct message_matter *matter, struct buffer *body,
                                      struct error *error)
{
    char since[INSTANT_TEXT_SIZE];
    const bool ours = !text_is_empty(matter->id);
    if (buffer_append_format(body, error, "  since %s",
                             instant_format_human(matter->since, since)) ||
        (!is_failing(matter) &&
         buffer_append_format(
             body, error, "  %.*s:%.*s%s%.*s", TEXT_PRINT(ours ? matter->object : matter->record),
             TEXT_PRINT(ours ? matter->id : matter->record_id),
             text_is_empty(matter->field) ? "" : " ", TEXT_PRINT(matter->field))) ||
        (!text_is_empty(matter->message) &&
         (buffer_append_format(body, error, "  ") || append_line(body, matter->message, error))))
        return error->code;
    return buffer_append_format(body, error, "\n");
}

static enum error_code append_group(const struct digest *digest,
                                    const struct message_matter *matter, struct buffer *body,
                                    struct error *error)
{
    enum error_code code =
        is_failing(matter)
            ? buffer_append_format(body, error, "\n%.*s: %s\n", TEXT_PRINT(matter->integration),
                                   meaning(matter))
            : buffer_append_format(body, error,
                                   "\n%.*s: %" PRId64 " new, %" PRId64 " in all: %s (%.*s)\n"
                                   "  What to do: %s.\n",
                                   TEXT_PRINT(matter->integration), matter->fresh, matter->open,
                                   meaning(matter), TEXT_PRINT(matter->reason), advice(matter));
    if (!code && !text_is_absent(digest->link) &&
        (buffer_append_format(body, error, "  ") || append_link(digest, matter, body, error) ||
         buffer_append_format(body, error, "\n")))
        return error->code;
    return code;
}

enum error_code digest_mail(const struct digest *digest, struct buffer *body, struct error *error)
{
    const time_t seconds = (time_t)(digest->now / 1000);
    int64_t fresh = 0, open = 0;
    struct tm calendar;
    char date[64];
    sum(digest, &fresh, &open);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", gmtime_r(&seconds, &calendar));
    if (buffer_append_format(body, error,
                             "Subject: Tandem: %" PRId64
                             " new %s for somebody\nDate: %s\nMessage-ID: <%.*s@tandem>\n"
                             "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                             "Content-Transfer-Encoding: 8bit\nAuto-Submitted: auto-generated\n\n"
                             "%" PRId64 " new, %" PRId64 " in all. Times are UTC.\n",
                             fresh, fresh == 1 ? "matter waits" : "matters wait", date,
                             TEXT_PRINT(digest->key), fresh, open))
        return error->code;
    for (size_t i = 0; i < digest->count; i++) {
        if ((begins_group(digest, i) && append_group(digest, &digest->matters[i], body, error)) ||
            append_example(&digest->matters[i], body, error))
            return error->code;
    }
    return ERROR_NONE;
}
