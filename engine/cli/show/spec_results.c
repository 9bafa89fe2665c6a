/* Reads the lines of TAP and compares them with those of the run before. */
#include "cli/show/spec_results.h"

#include <stdlib.h>
#include <string.h>

#include "cli/show/output.h"
#include "base/array.h"

/* "not ok 12 - name": the name, or NULL if the line is none of a result. */
static const char *name_of(const char *line, bool *passed)
{
    *passed = strncmp(line, "ok ", 3) == 0;
    if (!*passed && strncmp(line, "not ok ", 7) != 0)
        return NULL;
    const char *const dash = strstr(line, " - ");
    return dash ? dash + 3 : NULL;
}

static enum error_code add(struct spec_results *results, struct text name, bool passed,
                           struct error *error)
{
    struct spec_result *const grown =
        array_grow(results->arena, results->all, results->count, &results->capacity, sizeof *grown);
    if (!grown)
        return error_memory(error, "results of specs");
    results->all = grown;
    struct spec_result *const result = &grown[results->count];
    *result = (struct spec_result){.passed = passed};
    const enum error_code code = text_copy(results->arena, name, &result->name, error);
    if (!code) {
        results->count++;
        results->passed += passed;
    }
    return code;
}

static enum error_code add_detail(struct spec_results *results, struct text line,
                                  struct error *error)
{
    if (!results->count || results->all[results->count - 1].passed)
        return ERROR_NONE;
    struct spec_result *const last = &results->all[results->count - 1];
    return text_format(results->arena, &last->details, error, "%.*s%.*s\n",
                       TEXT_PRINT(last->details), TEXT_PRINT(line));
}

enum error_code spec_results_read(FILE *tap, struct arena *arena, struct spec_results *results,
                                  struct error *error)
{
    enum error_code code = ERROR_NONE;
    char *line = NULL;
    size_t capacity = 0;
    *results = (struct spec_results){.arena = arena};
    while (!code) {
        ssize_t length = getline(&line, &capacity, tap);
        bool passed = false;
        if (length < 0)
            break;
        if (length && line[length - 1] == '\n')
            line[--length] = '\0';
        const char *const name = name_of(line, &passed);
        if (name)
            code = add(results, text_of(name), passed, error);
        else if (line[0] == '#' && line[1] == ' ')
            code = add_detail(results, (struct text){line + 2, (size_t)length - 2}, error);
    }
    free(line);
    return code;
}

static const struct spec_result *find_result(const struct spec_results *results, struct text name)
{
    for (size_t i = 0; results && i < results->count; i++) {
        if (text_equal(results->all[i].name, name))
            return &results->all[i];
    }
    return NULL;
}

static void show_details(struct text details)
{
    while (details.length) {
        const char *const end = memchr(details.bytes, '\n', details.length);
        const size_t length = end ? (size_t)(end - details.bytes) : details.length;
        output_line("      %.*s", (int)length, details.bytes);
        details.bytes += length + (end ? 1 : 0);
        details.length -= length + (end ? 1 : 0);
    }
}

void spec_results_show(const struct spec_results *results, const struct spec_results *before)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct spec_result *const now = &results->all[i];
        const struct spec_result *const then = find_result(before, now->name);
        if (now->passed && then && !then->passed)
            output_line("  passes now: %.*s", TEXT_PRINT(now->name));
        if (!now->passed) {
            output_line("  %s: %.*s", then && !then->passed ? "still fails" : "fails",
                        TEXT_PRINT(now->name));
            if (!then || then->passed)
                show_details(now->details);
        }
    }
    printf("  specs: %zu passed, %zu failed\n", results->passed, results->count - results->passed);
}
