/* tandem dev: at each save, check the integration, run its specs and report the differences. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
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
    if (child == 0) {
        execl("/proc/self/exe", "tandem", "--home", watching->home.path, "check", watching->name,
              (char *)NULL);
        _exit(127);
    }
    return spec_runner_wait(child, "the check", &status, error);
}

static enum error_code run_specs(struct watching *watching, struct error *error)
{
    const size_t now = watching->round % 2, before = (watching->round + 1) % 2;
    char option[] = "--output=TAP";
    char *const arguments[] = {option};
    FILE *const tap = tmpfile();
    if (!tap)
        return error_set(error, ERROR_SYSTEM, "cannot make a temporary file: %s", strerror(errno));
    enum error_code code = spec_runner_run(&watching->home, watching->name, arguments, 1, tap,
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
    if (run_check(watching, error) || run_specs(watching, error))
        return error->code;
    watching->round++;
    return output_flush(error);
}

/* ---- watching ---- */

static enum error_code watch_folders(struct watching *watching, struct error *error)
{
    static const char *const folders[] = {"lua/integrations/%s",  "lua/integrations/%s/spec",
                                          "spec/integrations/%s", "lua/lib",
                                          "lua/vendor",           "lua/speckit"};
    char path[PATH_MAX], configuration[256];
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (home_path(&watching->home, path, error, folders[i], watching->name) ||
            folder_watch_add(&watching->watch, path, NULL, error))
            return error->code;
    }
    snprintf(configuration, sizeof configuration, "%.200s.lua", watching->name);
    return home_path(&watching->home, path, error, "config/integrations")
               ? error->code
               : folder_watch_add(&watching->watch, path, configuration, error);
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
    char file[FOLDER_WATCH_NAME];
    const struct sigaction action = {.sa_handler = stop};
    enum error_code code = watch_folders(watching, error);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    while (!code && !stopped) {
        code = folder_watch_wait(&watching->watch, file, error);
        if (!code)
            code = play_round(watching, file, error);
    }
    return stopped || code == ERROR_INTERRUPTED ? error_forgive(error) : code;
}

static enum error_code play(struct watching *watching, const struct invocation *invocation,
                            struct error *error)
{
    if (!watching->arenas[0] || !watching->arenas[1])
        return error_memory(error, "results of specs");
    if (home_open(invocation->options.home, &watching->home, error) ||
        spec_runner_find(&watching->home, watching->name, error) ||
        spec_runner_trust(&watching->home, watching->name, invocation_has(invocation, "trust"),
                          error) ||
        folder_watch_open(&watching->watch, error) || play_round(watching, NULL, error))
        return error->code;
    if (!invocation_has(invocation, "once"))
        return watch_and_play(watching, error);
    if (!watching->passed)
        *invocation->exit_code = EXIT_RUN_FAILED;
    return ERROR_NONE;
}

static enum error_code run_dev(const struct invocation *invocation, struct error *error)
{
    struct watching watching = {.name = invocation->arguments[0],
                                .watch = {.descriptor = -1},
                                .arenas = {arena_new(0), arena_new(0)}};
    const enum error_code code = play(&watching, invocation, error);
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
