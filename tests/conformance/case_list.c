#include "conformance/case_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "conformance/scenario.h"
#include "conformance/unit_changes.h"
#include "conformance/unit_values.h"

enum { PATH_SIZE = 4096, FILE_LIMIT = 256 << 20 };

static bool has(const json_t *object, const char *key)
{
    return json_object_get(object, key) != NULL;
}

/* What a case is, by its shape. */
static case_run *kind_of(const json_t *item)
{
    const json_t *input = json_object_get(item, "input");
    const json_t *expected = json_object_get(item, "expected");
    if (!json_is_object(input) || !expected)
        return NULL;
    if (has(input, "runs"))
        return scenario_run;
    if (has(input, "mode") && has(input, "left"))
        return unit_values_judge;
    if (has(input, "a") && has(input, "b"))
        return json_is_object(json_object_get(input, "a")) ? unit_values_equal
                                                           : unit_values_identifier;
    if (has(input, "sent") && has(input, "reported"))
        return unit_values_form;
    if (has(input, "lines"))
        return has(input, "internal_object") ? unit_changes_pull : unit_changes_push;
    if (has(input, "field"))
        return unit_values_fit;
    if (has(input, "now") && has(input, "text"))
        return unit_values_moment;
    if (has(input, "type"))
        return json_is_object(expected) ? unit_values_normalize : unit_values_do_not_contact;
    return NULL;
}

/* "judge/judge-398" for a unit case, else its own name, else file and number. */
static char *name_of(const char *path, const json_t *item, size_t number)
{
    const char *name = json_string_value(json_object_get(item, "name"));
    const char *id = json_string_value(json_object_get(item, "id"));
    const char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    const char *dot = strrchr(base, '.');
    const int stem = dot ? (int)(dot - base) : (int)strlen(base);
    char text[PATH_SIZE];
    if (id)
        snprintf(text, sizeof text, "%.*s/%s", stem, base, id);
    else if (name)
        snprintf(text, sizeof text, "%s", name);
    else
        snprintf(text, sizeof text, "%.*s/%zu", stem, base, number);
    return strdup(text);
}

static enum error_code add_case(struct case_list *list, const char *path, const json_t *item,
                                size_t number, struct error *error)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity > 0 ? 2 * list->capacity : 1024;
        struct test_case *cases = realloc(list->cases, capacity * sizeof *cases);
        if (!cases)
            return error_memory(error, "the list of cases");
        list->cases = cases;
        list->capacity = capacity;
    }
    struct test_case *added = &list->cases[list->count];
    *added = (struct test_case){.name = name_of(path, item, number), .file = path, .item = item};
    if (!added->name)
        return error_memory(error, "the name of a case");
    added->run = kind_of(item);
    list->count++;
    return ERROR_NONE;
}

static enum error_code add_file(struct case_list *list, const char *path, struct error *error)
{
    if (!list->files)
        list->files = json_object();
    if (!list->files)
        return error_memory(error, "the list of files");
    if (json_object_get(list->files, path))
        return ERROR_NONE;
    json_error_t fault;
    json_t *file = json_load_file(path, JSON_ALLOW_NUL, &fault);
    if (!file)
        return error_set(error, ERROR_INVALID, "cannot read '%s': line %d, column %d: %s", path,
                         fault.line, fault.column, fault.text);
    if (json_object_set_new(list->files, path, file))
        return error_memory(error, "the list of files");
    /* The key's copy lives as long as the list. */
    const char *kept = json_object_iter_key(json_object_iter_at(list->files, path));
    const json_t *cases = json_object_get(file, "cases");
    if (!json_is_array(cases))
        return add_case(list, kept, file, 1, error);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        if (add_case(list, kept, json_array_get(cases, i), i + 1, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code add_folder(struct case_list *list, const char *path, struct error *error)
{
    struct dirent **entries = NULL;
    const int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0)
        return error_set(error, ERROR_SYSTEM, "cannot list '%s': %s", path, strerror(errno));
    enum error_code code = ERROR_NONE;
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char below[PATH_SIZE];
        snprintf(below, sizeof below, "%s/%s", path, name);
        struct stat status;
        const char *dot = strrchr(name, '.');
        const bool json = dot && strcmp(dot, ".json") == 0;
        if (!code && name[0] != '.' && stat(below, &status) == 0 &&
            (S_ISDIR(status.st_mode) || json))
            code = case_list_add(list, below, error);
        free(entries[i]);
    }
    free(entries);
    return code;
}

enum error_code case_list_add(struct case_list *list, const char *path, struct error *error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return error_set(error, ERROR_NOT_FOUND, "cannot read '%s': %s", path, strerror(errno));
    return S_ISDIR(status.st_mode) ? add_folder(list, path, error) : add_file(list, path, error);
}

static void set_known(struct case_list *list, const char *name, size_t length, const char *reason)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strlen(list->cases[i].name) == length && memcmp(list->cases[i].name, name, length) == 0)
            list->cases[i].known = reason;
    }
}

enum error_code case_list_read_known(struct case_list *list, const char *path, struct error *error)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return error_set(error, ERROR_NOT_FOUND, "cannot read '%s': %s", path, strerror(errno));
    struct buffer text = BUFFER(FILE_LIMIT);
    char part[4096];
    size_t length = 0;
    enum error_code code = buffer_append(&text, "", 0, error);
    while (!code && (length = fread(part, 1, sizeof part, file)) > 0)
        code = buffer_append(&text, part, length, error);
    fclose(file);
    if (code) {
        buffer_release(&text);
        return code;
    }
    list->known_text = text.data;
    char *line = list->known_text;
    while (line && *line != '\0') {
        char *end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        const size_t name_length = strcspn(line, " \t");
        if (name_length > 0 && line[0] != '#')
            set_known(list, line, name_length,
                      line + name_length + strspn(line + name_length, " \t"));
        line = end;
    }
    return ERROR_NONE;
}

void case_list_filter(struct case_list *list, const char *part)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (strstr(list->cases[i].name, part))
            list->cases[kept++] = list->cases[i];
        else
            free(list->cases[i].name);
    }
    list->count = kept;
}

void case_list_release(struct case_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->cases[i].name);
    free(list->cases);
    json_decref(list->files);
    free(list->known_text);
    *list = (struct case_list){0};
}
