/* Address, credentials, and running the commands that check them. */
#include "cli/commands/connect_steps.h"

#include "base/error_number.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/line/ask.h"
#include "cli/line/template.h"
#include "host/home.h"
#include "script/configuration/configuration_environment.h"

enum { NAME_SIZE = 64, VALUE_SIZE = 4096, SOURCE_MOST = 1 << 20, NOT_STARTED = 127 };

/* ---- the configuration's variables ---- */

struct variable {
    char name[NAME_SIZE];
    bool has_default;
    char otherwise[NAME_SIZE]; /* the default, if it is a text that is no example; "": there is none
                                */
};

/* `text` is behind the name. */
static void read_default(const char *text, struct variable *variable)
{
    text += strspn(text, " \t");
    variable->has_default = *text == ',';
    variable->otherwise[0] = '\0';
    if (!variable->has_default)
        return;
    text += 1 + strspn(text + 1, " \t");
    const size_t length = *text == '"' ? strcspn(text + 1, "\"\n") : 0;
    if (length < NAME_SIZE)
        (void)snprintf(variable->otherwise, NAME_SIZE, "%.*s", (int)length, text + 1);
    if (strstr(variable->otherwise, "example"))
        variable->otherwise[0] = '\0';
}

/* The next `env "NAME"` or env("NAME", default) from *at on, outside of comments. */
static bool next_variable(const char **at, struct variable *variable)
{
    for (const char *text = *at; *text; text++) {
        if (strncmp(text, "--", 2) == 0) {
            text += strcspn(text, "\n");
            if (!*text)
                break;
            continue;
        }
        if (strncmp(text, "env", 3) != 0 ||
            (text > *at && (isalnum((unsigned char)text[-1]) || text[-1] == '_')))
            continue;
        const char *quoted = text + 3 + strspn(text + 3, " \t(");
        const size_t length = *quoted == '"' ? strcspn(quoted + 1, "\"\n") : 0;
        if (!length || length >= NAME_SIZE || quoted[length + 1] != '"')
            continue;
        (void)snprintf(variable->name, NAME_SIZE, "%.*s", (int)length, quoted + 1);
        *at = quoted + length + 2;
        read_default(quoted[-1] == '(' ? *at : "", variable);
        return true;
    }
    return false;
}

static bool ends_with(const char *name, const char *ending)
{
    const size_t length = strlen(name), tail = strlen(ending);
    return length >= tail && strcmp(name + length - tail, ending) == 0;
}

/* What may be shown while it is typed. */
static bool is_public(const char *name)
{
    return ends_with(name, "_URL") || ends_with(name, "USER") || ends_with(name, "USERNAME") ||
           ends_with(name, "_ID") || ends_with(name, "_DATABASE");
}

/* Where the value of a variable comes from; NULL: it has none. */
static const char *known_from(const char *name, const struct environment_file *file)
{
    const char *const own = getenv(name);
    return own                                           ? "the environment"
           : configuration_environment_value(file, name) ? "config/environment"
                                                         : NULL;
}

/* A known value stays if nothing is typed. */
static enum error_code ask_variable(const struct connect *connect, const struct variable *variable,
                                    const struct environment_file *file, struct error *error)
{
    const char *const name = variable->name;
    const char *known = configuration_environment_value(file, name);
    if (!known && *variable->otherwise)
        known = variable->otherwise;
    char value[VALUE_SIZE], question[NAME_SIZE + 64];
    (void)snprintf(question, sizeof question, "  %s%s", name,
                   known && !is_public(name) ? "  (empty: keep it)" : "");
    enum error_code code = is_public(name) ? ask_line(question, known, value, sizeof value, error)
                                           : ask_secret(question, value, sizeof value, error);
    if (!code && *value)
        code = configuration_environment_set(connect->home.path, name, value, error);
    memset(value, 0, sizeof value);
    return code;
}

/* One variable: say where it comes from, or ask for it. */
static enum error_code settle_variable(struct connect *connect, const struct variable *variable,
                                       bool optional, const struct environment_file *file,
                                       struct error *error)
{
    const char *const name = variable->name;
    const char *const from = known_from(name, file);
    /* A typed value would have no effect, because the environment takes precedence. */
    if (from && (getenv(name) || !(connect->again && connect->asks))) {
        printf("  %s is set by %s\n", name, from);
        return ERROR_NONE;
    }
    if (optional && !connect->again) {
        printf("  %s is not set, so its default applies\n", name);
        return ERROR_NONE;
    }
    if (!connect->asks)
        return error_number_set(error, ERROR_NUMBER_VARIABLE,
                                error_set(error, ERROR_CONFIGURATION,
                                          "'%s' is not set: set it, or write '%s=...' into "
                                          "'%s/config/environment' (mode 600)",
                                          name, name, connect->home.path));
    return ask_variable(connect, variable, file, error);
}

enum error_code connect_read(const char *path, struct arena *arena, struct text *source,
                             struct error *error)
{
    FILE *const file = fopen(path, "re");
    char *const bytes = file ? ARENA_ARRAY(arena, SOURCE_MOST, char) : NULL;
    if (bytes)
        *source = (struct text){bytes, fread(bytes, 1, SOURCE_MOST - 1, file)};
    if (file)
        fclose(file);
    return bytes ? ERROR_NONE
                 : error_set(error, ERROR_CONFIGURATION, "cannot read '%s': %s", path,
                             strerror(errno));
}

/* Each variable of the configuration once: those of the address, or all others. */
static enum error_code settle_variables(struct connect *connect, bool addresses,
                                        struct error *error)
{
    char last[NAME_SIZE] = "";
    struct text source = TEXT_ABSENT;
    struct variable variable;
    struct environment_file file;
    struct arena *const arena = arena_new(0);
    enum error_code code = arena ? connect_read(connect->file, arena, &source, error)
                                 : error_memory(error, "the configuration");
    if (!code)
        code = configuration_environment_read(connect->home.path, arena, &file, error);
    const char *at = source.bytes;
    while (!code && next_variable(&at, &variable)) {
        if (ends_with(variable.name, "_URL") != addresses || strcmp(variable.name, last) == 0)
            continue;
        memcpy(last, variable.name, sizeof last);
        /* An address is always asked for: its default may be an example. */
        code = settle_variable(connect, &variable,
                               variable.has_default && !(addresses && connect->asks), &file, error);
    }
    arena_free(arena);
    return code;
}

/* ---- the steps ---- */

enum error_code connect_open(struct connect *connect, struct error *error)
{
    char folder[PATH_MAX];
    if (home_open(connect->invocation->options.home, &connect->home, error) ||
        home_path(&connect->home, connect->file, error, "config/integrations/%s.lua",
                  connect->name) ||
        home_path(&connect->home, folder, error, "lua/integrations/%s", connect->name))
        return error->code;
    if (access(folder, F_OK) == 0)
        return ERROR_NONE;
    return error_number_set(error, ERROR_NUMBER_INTEGRATION,
                            error_set(error, ERROR_USAGE,
                                      "there is no integration '%s' in '%s/lua/integrations': "
                                      "see 'tandem list', or make one with 'tandem new %s'",
                                      connect->name, connect->home.path, connect->name));
}

/* From its example, else with an address and nothing mapped yet. */
static enum error_code make_configuration(const struct connect *connect, struct error *error)
{
    char example[PATH_MAX], upper[NAME_SIZE] = "";
    struct text text = TEXT_ABSENT;
    struct arena *const arena = arena_new(0);
    enum error_code code = arena ? home_path(&connect->home, example, error,
                                             "config/integrations/%s.lua.example", connect->name)
                                 : error_memory(error, "the configuration");
    for (size_t i = 0; connect->name[i] && i + 1 < sizeof upper; i++)
        upper[i] = (char)toupper((unsigned char)connect->name[i]);
    if (!code && access(example, R_OK) == 0)
        code = connect_read(example, arena, &text, error);
    else if (!code)
        code = text_format(arena, &text, error,
                           "-- How this installation syncs with %s.\nreturn {\n  enabled = true,\n"
                           "  base_url = env \"%s_URL\",\n  auth = { type = \"bearer\", token = "
                           "env \"%s_TOKEN\" },\n"
                           "  mapping = {\n  },\n}\n",
                           connect->name, upper, upper);
    if (!code)
        code = template_write(connect->file, true, text, error);
    if (!code)
        printf("  %s is written\n", connect->file);
    arena_free(arena);
    return code;
}

enum error_code connect_address(struct connect *connect, struct error *error)
{
    if (access(connect->file, F_OK) != 0 && make_configuration(connect, error))
        return error->code;
    return settle_variables(connect, true, error);
}

enum error_code connect_credentials(struct connect *connect, struct error *error)
{
    return settle_variables(connect, false, error);
}

enum error_code connect_command(struct connect *connect, const char *command,
                                const char *const *options, int fine, struct error *error)
{
    enum { OPTIONS_MOST = 4 };
    char *words[5 + OPTIONS_MOST + 1] = {(char *)"tandem", (char *)"--home", connect->home.path,
                                         (char *)command, (char *)connect->name};
    int status = 0;
    for (size_t i = 0; i < OPTIONS_MOST && options && options[i]; i++)
        words[5 + i] = (char *)options[i];
    (void)fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        (void)execv("/proc/self/exe", words);
        _exit(NOT_STARTED);
    }
    const bool waited = child > 0 && waitpid(child, &status, 0) == child;
    if (waited && WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED)
        return error_set(error, ERROR_SYSTEM,
                         "cannot run 'tandem %s': /proc/self/exe cannot be started; is /proc "
                         "mounted?",
                         command);
    if (!waited)
        return error_set(error, ERROR_SYSTEM, "cannot run 'tandem %s': %s", command,
                         strerror(errno));
    const int ended = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_RUN_FAILED;
    if (ended == EXIT_DONE || ended == fine)
        return ERROR_NONE;
    return error_set(
        error, ERROR_REFUSED,
        "'tandem %s %s' ended with exit code %d: correct what it reported (for another address "
        "or other credentials: 'tandem connect %s --only address --only credentials'), then "
        "continue with 'tandem connect %s'",
        command, connect->name, ended, connect->name, connect->name);
}
