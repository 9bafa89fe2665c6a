#include "request_log.h"

#include "moment.h"

#include <stdlib.h>
#include <string.h>

bool request_log_open(struct request_log *log, const char *path)
{
    *log = (struct request_log){0};
    if (path) {
        log->file = fopen(path, "a");
    }
    return !path || log->file;
}

void request_log_close(struct request_log *log)
{
    if (log->file) {
        fclose(log->file);
        log->file = NULL;
    }
}

void request_log_clear(struct request_log *log)
{
    *log = (struct request_log){.file = log->file};
}

static void count(struct request_log *log, const char *method, const char *path, size_t items,
                  unsigned status)
{
    if (strcmp(path, "/token") == 0) {
        log->tokens++;
    } else if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0) {
        log->reads++;
    } else {
        log->writes++;
    }
    log->items += (json_int_t)items;
    log->failures += status == 0 || status >= 400;
}

void request_log_add(struct request_log *log, const char *method, const char *path, json_t *query,
                     size_t size, size_t items, unsigned status)
{
    char text[MOMENT_TEXT_SIZE] = "";
    count(log, method, path, items, status);
    if (!log->file) {
        return;
    }
    json_t *line =
        json_pack("{s:s, s:s, s:s, s:O, s:I, s:I, s:I}", "at", moment_format(moment_now(), text),
                  "method", method, "path", path, "query", query, "size", (json_int_t)size, "items",
                  (json_int_t)items, "status", (json_int_t)status);
    char *dumped = json_dumps(line, JSON_COMPACT);
    if (dumped) {
        fprintf(log->file, "%s\n", dumped);
        fflush(log->file);
    }
    free(dumped);
    json_decref(line);
}

json_t *request_log_describe(const struct request_log *log)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I}", "reads", log->reads, "writes", log->writes,
                     "items", log->items, "tokens", log->tokens, "failures", log->failures);
}
