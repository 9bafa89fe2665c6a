/* tandem dev: at each save, check the integration, run its specs and report the differences. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/commands/commands.h"
#include "host/folder_watch.h"
#include "host/home.h"
#include "cli/show/output.h"
#include "cli/show/spec_results.h"
#include "cli/commands/spec_runner.h"

struct watching {
    const char *name;
    struct home home;
    struct folder_watch watch;
    struct arena *arenas[2]; /* of this round and of the one before */
    struct spec_results results[2];
    size_t round;
    bool passed; /* the last time */
};

/* ---- one round ---- */

/* In a process of its own: a script that cannot be stopped ends the process that runs it. */
static enum error_code run_check(const struct watching *watching, struct error *error)
{
    int status = 0;
    fflush(stdout);
    const pid_t child = fork();
    if (child < 0)
        return error_set(error, ERROR_SYSTEM, "cannot start the check: %s", strerror(errno));
    if (child == 0) {
        execl("/proc/self/exe", "tandem", "--home", watching->home.path, "check", watching->name,
              (char *)NULL);
        _exit(127);
    }
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return error_set(error, ERROR_SYSTEM, "cannot wait for the check: %s", strerror(errno));
    }
    return ERROR_NONE;
}

static enum error_code run_specs(struct watching *watching, struct error *error)
{
    const size_t now = watching->round % 2, before = (watching->round + 1) % 2;
    char option[] = "--output=TAP";
    char *const arguments[] = {option};
    FILE *const tap = tmpfile();
    if (!tap)
        return error_set(error, ERROR_SYSTEM, "cannot make a temporary file: %s", strerror(errno));
    enum error_code code = spec_runner_capture(&watching->home, watching->name, arguments, 1, tap,
                                               &watching->passed, error);
    rewind(tap);
    arena_clear(watching->arenas[now]);
    if (!code)
        code = spec_results_read(tap, watching->arenas[now], &watching->results[now], error);
    fclose(tap);
    if (code)
        return code;
    spec_results_show(&watching->results[now], watching->round ? &watching->results[before] : NULL);
    if (!watching->passed && watching->results[now].passed == watching->results[now].count)
        puts("  busted ended before its time; see 'tandem test'");
    return ERROR_NONE;
}

static enum error_code play_round(struct watching *watching, const char *file, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    printf("%s %s%s\n", instant_format_human(instant_now(), at), file ? file : watching->name,
           file ? " was saved" : "");
    enum error_code code = run_check(watching, error);
    if (!code)
        code = run_specs(watching, error);
    watching->round++;
    return code ? code : output_flush(error);
}

/* ---- watching ---- */

static enum error_code add_folder(struct watching *watching, const char *only, struct error *error,
                                  const char *format, const char *name)
{
    char path[PATH_MAX];
    const enum error_code code =
        home_path(&watching->home, path, error, "%s%s", format, name ? name : "");
    return code ? code : folder_watch_add(&watching->watch, path, only, error);
}

static enum error_code watch_folders(struct watching *watching, const char *configuration,
                                     struct error *error)
{
    char spec[256];
    enum error_code code = ERROR_NONE;
    snprintf(spec, sizeof spec, "%.200s/spec", watching->name);
    code = add_folder(watching, NULL, error, "lua/integrations/", watching->name);
    if (!code)
        code = add_folder(watching, NULL, error, "lua/integrations/", spec);
    if (!code)
        code = add_folder(watching, NULL, error, "spec/integrations/", watching->name);
    if (!code)
        code = add_folder(watching, NULL, error, "lua/lib", NULL);
    if (!code)
        code = add_folder(watching, NULL, error, "lua/vendor", NULL);
    if (!code)
        code = add_folder(watching, NULL, error, "lua/speckit", NULL);
    if (code)
        return code;
    return add_folder(watching, configuration, error, "config/integrations", NULL);
}

/* Set by a signal; the one thing that a handler can reach. */
static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

static enum error_code watch_and_play(struct watching *watching, struct error *error)
{
    char configuration[256], file[FOLDER_WATCH_NAME];
    const struct sigaction action = {.sa_handler = stop};
    snprintf(configuration, sizeof configuration, "%.200s.lua", watching->name);
    enum error_code code = watch_folders(watching, configuration, error);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    while (!code && !stopped) {
        code = folder_watch_wait(&watching->watch, file, error);
        if (!code)
            code = play_round(watching, file, error);
    }
    return stopped || code == ERROR_INTERRUPTED ? ERROR_NONE : code;
}

static enum error_code run_dev(const struct invocation *invocation, struct error *error)
{
    struct watching watching = {.name = invocation->arguments[0],
                                .watch = {.descriptor = -1},
                                .arenas = {arena_new(0), arena_new(0)}};
    enum error_code code = watching.arenas[0] && watching.arenas[1]
                               ? ERROR_NONE
                               : error_memory(error, "results of specs");
    if (!code)
        code = home_open(invocation->options.home, &watching.home, error);
    if (!code)
        code = spec_runner_find(&watching.home, watching.name, error);
    if (!code)
        code = spec_runner_trust(&watching.home, watching.name, invocation_has(invocation, "trust"),
                                 error);
    if (!code)
        code = folder_watch_open(&watching.watch, error);
    if (!code)
        code = play_round(&watching, NULL, error);
    if (code)
        goto out;
    if (!invocation_has(invocation, "once"))
        code = watch_and_play(&watching, error);
    else if (!watching.passed)
        *invocation->exit_code = EXIT_RUN_FAILED;
out:
    folder_watch_close(&watching.watch);
    arena_free(watching.arenas[0]);
    arena_free(watching.arenas[1]);
    return code;
}

static const struct option options[] = {
    FLAG("once", "one round, then end"),
    FLAG("trust", "run specs even if the folder belongs to another user"),
    {.name = NULL},
};

const struct command command_dev = {
    .name = "dev",
    .arguments = "NAME",
    .summary = "check and run the specs at each save, and show what changed",
    .details =
        "Watches the integration's folder, its specs, lua/lib and its configuration. Ctrl-C ends "
        "it.",
    .examples = "  tandem dev acme",
    .options = options,
    .run = run_dev,
};
