/* Reading and writing config/environment. */
#include "script/configuration/configuration_environment.h"

#include "base/error_number.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"

static const char PLACE[] = "config/environment";
enum { LINE_MOST = 65536 };

/* ---- reading ---- */

static bool is_name(const char *text, size_t length)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    return length > 0 && strspn(text, letters) >= length && !(*text >= '0' && *text <= '9');
}

/* Take the quotes off, in place. False: they do not end. */
static bool unquote(char *value)
{
    const char quote = *value;
    size_t length = strlen(value), out = 0;
    if (quote != '\'' && quote != '"')
        return true;
    if (length < 2 || value[length - 1] != quote)
        return false;
    for (size_t i = 1; i < length - 1; i++) {
        if (quote == '"' && value[i] == '\\' && i + 2 < length)
            i++;
        value[out++] = value[i];
    }
    value[out] = '\0';
    return true;
}

static char *without_blanks(char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length && strchr(" \t\r\n", text[length - 1]))
        text[--length] = '\0';
    return text;
}

static enum error_code read_line(char *line, size_t number, struct arena *arena,
                                 struct environment_file *file, size_t *capacity,
                                 struct error *error)
{
    char *text = without_blanks(line);
    if (!*text || *text == '#')
        return ERROR_NONE;
    if (strncmp(text, "export ", 7) == 0)
        text += 7;
    char *const equals = strchr(text, '=');
    if (!equals || !is_name(text, (size_t)(equals - text)))
        return error_numbered(error, ERROR_NUMBER_ENVIRONMENT_LINE, ERROR_CONFIGURATION,
                              "%s:%zu: must be NAME=value", PLACE, number);
    *equals = '\0';
    char *const value = equals + 1;
    if (!unquote(value))
        return error_numbered(error, ERROR_NUMBER_ENVIRONMENT_LINE, ERROR_CONFIGURATION,
                              "%s:%zu: the quotes of '%s' do not end", PLACE, number, text);
    struct environment_variable *const grown =
        array_grow(arena, file->variables, file->count, capacity, sizeof *grown);
    if (!grown)
        return error_memory(error, "the environment");
    file->variables = grown;
    file->variables[file->count++] = (struct environment_variable){
        arena_string(arena, text, strlen(text)), arena_string(arena, value, strlen(value))};
    return ERROR_NONE;
}

static enum error_code read_lines(FILE *in, struct arena *arena, struct environment_file *file,
                                  struct error *error)
{
    char *const line = malloc(LINE_MOST);
    size_t capacity = 0, number = 0;
    enum error_code code = line ? ERROR_NONE : error_memory(error, "the environment");
    while (!code && fgets(line, LINE_MOST, in))
        code = read_line(line, ++number, arena, file, &capacity, error);
    free(line);
    return code;
}

enum error_code configuration_environment_read(const char *home, struct arena *arena,
                                               struct environment_file *file, struct error *error)
{
    char path[PATH_MAX];
    struct stat status;
    *file = (struct environment_file){.variables = NULL};
    if (snprintf(path, sizeof path, "%s/%s", home, PLACE) >= (int)sizeof path)
        return ERROR_NONE;
    FILE *const in = fopen(path, "re");
    if (!in && (errno == ENOENT || errno == ENOTDIR))
        return ERROR_NONE;
    if (!in)
        return error_set(error, ERROR_CONFIGURATION, "cannot read '%s': %s", path, strerror(errno));
    enum error_code code = ERROR_NONE;
    if (fstat(fileno(in), &status) != 0 || (status.st_mode & (S_IRWXG | S_IRWXO)))
        code = error_numbered(error, ERROR_NUMBER_ENVIRONMENT_OPEN, ERROR_CONFIGURATION,
                              "others can read the credentials in '%s': chmod 600 it", path);
    if (!code)
        code = read_lines(in, arena, file, error);
    fclose(in);
    return code;
}

const char *configuration_environment_value(const struct environment_file *file, const char *name)
{
    for (size_t i = file->count; i-- > 0;) {
        if (strcmp(file->variables[i].name, name) == 0)
            return file->variables[i].value;
    }
    return NULL;
}

/* ---- writing ---- */

static void write_variable(FILE *out, const char *name, const char *value)
{
    fprintf(out, "%s=\"", name);
    for (; *value; value++) {
        if (strchr("\"\\$`", *value))
            fputc('\\', out);
        fputc(*value, out);
    }
    fputs("\"\n", out);
}

/* The lines of the old file without those of the variable. */
static void copy_others(const char *path, const char *name, FILE *out)
{
    FILE *const in = fopen(path, "re");
    char *line = NULL;
    size_t size = 0;
    const size_t length = strlen(name);
    while (in && getline(&line, &size, in) > 0) {
        const char *text = line + strspn(line, " \t");
        if (strncmp(text, "export ", 7) == 0)
            text += 7;
        if (strncmp(text, name, length) != 0 || text[length] != '=')
            fprintf(out, "%s%s", line, line[strlen(line) - 1] == '\n' ? "" : "\n");
    }
    free(line);
    if (in)
        fclose(in);
}

enum error_code configuration_environment_set(const char *home, const char *name, const char *value,
                                              struct error *error)
{
    char path[PATH_MAX], fresh[PATH_MAX];
    if (!is_name(name, strlen(name)) || strpbrk(value, "\r\n"))
        return error_set(error, ERROR_INVALID, "the value of '%s' must be one line", name);
    if (snprintf(path, sizeof path, "%s/%s", home, PLACE) >= (int)sizeof path - 8)
        return error_set(error, ERROR_CONFIGURATION, "the path of the home '%.200s...' is too long",
                         home);
    (void)snprintf(fresh, sizeof fresh, "%.*s.new", (int)(sizeof fresh - 8), path);
    (void)unlink(fresh);
    const int descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *const out = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (!out) {
        if (descriptor >= 0)
            close(descriptor);
        return error_set(error, ERROR_SYSTEM, "cannot write '%s': %s", fresh, strerror(errno));
    }
    copy_others(path, name, out);
    write_variable(out, name, value);
    const bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed || rename(fresh, path) != 0)
        return error_set(error, ERROR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
    return ERROR_NONE;
}
