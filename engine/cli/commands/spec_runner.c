/* Runs busted as a process of its own, with the module of the engine in its path. */
#include "base/text_nearest.h"
#include "cli/commands/spec_runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "script/integration/script_loader.h"

/* Where specs find what they require, below the home. */
#define MODULES "lua/speckit/?.lua;lua/lib/?.lua;lua/vendor/?.lua"

enum { MOST_ARGUMENTS = 64, MOST_NAMES = 256, NOT_STARTED = 127 };

/* The folder of the program: the module is built beside it. */
static enum error_code module_path(char out[PATH_MAX], struct error *error)
{
    char program[PATH_MAX - 64], module[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    char *const slash = strrchr(program, '/');
    if (slash)
        *slash = '\0';
    static const char *const folders[] = {"/lua", "/../lib/tandem/lua"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(module, sizeof module, "%s%s/tandem/engine.so", program, folders[i]);
        if (access(module, R_OK) == 0) {
            snprintf(out, PATH_MAX, "%s%s/?.so", program, folders[i]);
            return ERROR_NONE;
        }
    }
    return error_set(error, ERROR_CONFIGURATION,
                     "the engine's Lua module is not beside the program in '%s/lua': build the "
                     "target 'tandem_module'",
                     program);
}

static bool is_there(const struct home *home, const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct error ignored;
    return !home_path(home, path, &ignored, "%s%s", folder, name) && access(path, F_OK) == 0;
}

enum error_code spec_runner_find(const struct home *home, const char *name, struct error *error)
{
    struct arena *const arena = arena_new(0);
    struct text *names = NULL;
    const char *words[MOST_NAMES], *nearest = NULL;
    size_t count = 0, listed = 0;
    bool found = false;
    enum error_code code = arena ? script_names(home->path, arena, &names, &count, error)
                                 : error_memory(error, "names");
    for (size_t i = 0; !code && i < count; i++) {
        found = found || text_equal(names[i], text_of(name));
        if (listed < MOST_NAMES)
            words[listed++] = names[i].bytes;
    }
    if (!code && !found) {
        nearest = text_nearest(name, words, listed);
        code = error_set(error, ERROR_USAGE,
                         "there is no integration '%s' in '%s/lua/integrations'%s%s%s", name,
                         home->path, nearest ? "; did you mean '" : "", nearest ? nearest : "",
                         nearest ? "'?" : "");
    }
    arena_free(arena);
    return code;
}

bool spec_runner_has_contract(const struct home *home, const char *name)
{
    char below[PATH_MAX];
    snprintf(below, sizeof below, "%s/spec/contract_spec.lua", name);
    return is_there(home, "lua/integrations/", below);
}

/* ---- who owns the specs ---- */

static bool is_own(const struct home *home, const char *folder, const char *name, const char *below)
{
    char path[PATH_MAX];
    struct error ignored;
    struct stat status;
    return home_path(home, path, &ignored, "%s%s%s", folder, name, below) ||
           stat(path, &status) != 0 || status.st_uid == geteuid();
}

static bool ask(const char *name)
{
    char answer[16] = "";
    fprintf(stderr,
            "the folder of '%s' belongs to another user, and its specs run as you, outside the "
            "sandbox. Run them? [y/N] ",
            name);
    return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

enum error_code spec_runner_trust(const struct home *home, const char *name, bool trusted,
                                  struct error *error)
{
    if (trusted || (is_own(home, "lua/integrations/", name, "") &&
                    is_own(home, "lua/integrations/", name, "/spec") &&
                    is_own(home, "spec/integrations/", name, "")))
        return ERROR_NONE;
    if (isatty(STDIN_FILENO) && ask(name))
        return ERROR_NONE;
    return error_set(error, ERROR_REFUSED,
                     "the folder of '%s' belongs to another user, and its specs would run as "
                     "you, outside the sandbox; read them, then give --trust",
                     name);
}

/* ---- the process ---- */

/* Specs get nothing else from the environment: it holds tokens and passwords. */
static bool is_harmless(const char *variable)
{
    static const char *const names[] = {
        "PATH=",         "HOME=",         "USER=",          "LANG=",
        "LC_",           "TERM=",         "TMPDIR=",        "TZ=",
        "COLUMNS=",      "NO_COLOR=",     "LUA_",           "LD_LIBRARY_PATH=",
        "ASAN_OPTIONS=", "LSAN_OPTIONS=", "UBSAN_OPTIONS=", "TANDEM_",
        "BUSTED_"};
    if (strncmp(variable, "TANDEM_KEY=", strlen("TANDEM_KEY=")) == 0)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strncmp(variable, names[i], strlen(names[i])) == 0)
            return true;
    }
    return false;
}

static void clean_environment(void)
{
    size_t kept = 0;
    for (size_t i = 0; environ && environ[i]; i++) {
        if (is_harmless(environ[i]))
            environ[kept++] = environ[i];
    }
    if (environ)
        environ[kept] = NULL;
}

static void become_busted(const struct home *home, char *const *words, FILE *output)
{
    if (output && dup2(fileno(output), STDOUT_FILENO) < 0)
        _exit(NOT_STARTED);
    clean_environment();
    /* Not with --lpath: busted passes that to a shell, which takes ';' for the end of a command. */
    if (chdir(home->path) == 0 && setenv("LUA_PATH", MODULES ";;", 1) == 0 &&
        setenv("TANDEM_HOME", ".", 1) == 0)
        execvp("busted", words);
    _exit(NOT_STARTED);
}

enum error_code spec_runner_wait(pid_t child, const char *what, int *status, struct error *error)
{
    if (child < 0)
        return error_set(error, ERROR_SYSTEM, "cannot start %s: %s", what, strerror(errno));
    while (waitpid(child, status, 0) < 0) {
        if (errno != EINTR)
            return error_set(error, ERROR_SYSTEM, "cannot wait for %s: %s", what, strerror(errno));
    }
    return ERROR_NONE;
}

static enum error_code run_busted(const struct home *home, char *const *words, FILE *output,
                                  bool *passed, struct error *error)
{
    int status = 0;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0)
        become_busted(home, words, output);
    if (spec_runner_wait(child, "busted", &status, error))
        return error->code;
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED)
        return error_set(error, ERROR_CONFIGURATION,
                         "busted, which runs specs, cannot be started: install the package "
                         "'lua-busted'");
    *passed = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return ERROR_NONE;
}

enum error_code spec_runner_run(const struct home *home, const char *name, char *const *arguments,
                                size_t argument_count, FILE *output, bool *passed,
                                struct error *error)
{
    char own[256], shared[256], cpath[PATH_MAX];
    char busted[] = "busted", lua[] = "--lua=lua5.4", cpath_option[] = "--cpath";
    char *words[MOST_ARGUMENTS + 16];
    size_t count = 0;
    *passed = false;
    if (module_path(cpath, error))
        return error->code;
    if (argument_count > MOST_ARGUMENTS)
        return error_set(error, ERROR_USAGE, "there are too many arguments for busted");
    words[count++] = busted;
    words[count++] = lua;
    words[count++] = cpath_option;
    words[count++] = cpath;
    for (size_t i = 0; i < argument_count; i++)
        words[count++] = arguments[i];
    snprintf(own, sizeof own, "lua/integrations/%.100s/spec", name);
    snprintf(shared, sizeof shared, "spec/integrations/%.100s", name);
    const size_t before = count;
    if (is_there(home, own, ""))
        words[count++] = own;
    if (is_there(home, shared, ""))
        words[count++] = shared;
    words[count] = NULL;
    if (count == before)
        return error_set(error, ERROR_USAGE, "there are no specs of '%s': %s is missing", name,
                         own);
    return run_busted(home, words, output, passed, error);
}
