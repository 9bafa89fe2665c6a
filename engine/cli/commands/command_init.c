/* tandem init: makes a home. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands/commands.h"
#include "cli/line/ask.h"
#include "host/home.h"
#include "cli/show/output.h"
#include "host/session.h"
#include "script/integration/script_loader.h"

struct copying {
    size_t written, kept;
    bool sample; /* the configuration of the sample integration counts at once */
};

/* A file that is there is never touched: it may hold somebody's work. */
static enum error_code copy_file(const char *from, const char *to, struct copying *copying,
                                 struct error *error)
{
    enum error_code code = ERROR_NONE;
    char bytes[16384];
    if (access(to, F_OK) == 0) {
        copying->kept++;
        return ERROR_NONE;
    }
    FILE *const in = fopen(from, "re");
    FILE *const out = in ? fopen(to, "wxe") : NULL;
    while (out && !feof(in) && !ferror(in) && !ferror(out))
        fwrite(bytes, 1, fread(bytes, 1, sizeof bytes, in), out);
    const bool copied = out && !ferror(in) && !ferror(out);
    if ((out && fclose(out) != 0) || !copied)
        code = error_set(error, ERROR_SYSTEM, "cannot copy '%s' to '%s': %s", from, to,
                         strerror(errno));
    if (in)
        fclose(in);
    copying->written++;
    return code;
}

/* A configuration that nobody asked for stays an example: doctor and service would complain about
 * its missing credentials. Once it is a configuration it stays one. */
static void make_example(const struct copying *copying, char target[PATH_MAX])
{
    static const char sample[] = "/config/integrations/helloworld.lua", ending[] = ".example";
    const size_t length = strlen(target), tail = sizeof sample - 1;
    if (length < tail || length + sizeof ending > PATH_MAX ||
        strcmp(target + length - tail, sample) != 0 || access(target, F_OK) == 0)
        return;
    memcpy(target + length, ending, sizeof ending);
    if (copying->sample && access(target, F_OK) != 0)
        target[length] = '\0';
}

static enum error_code copy_folder(const char *from, const char *to, struct copying *copying,
                                   struct error *error)
{
    enum error_code code = home_make_folder(to, error);
    DIR *const folder = code ? NULL : opendir(from);

    if (!code && !folder)
        code = error_set(error, ERROR_SYSTEM, "cannot read the folder '%s': %s", from,
                         strerror(errno));
    for (const struct dirent *entry = code ? NULL : readdir(folder); !code && entry;
         entry = readdir(folder)) {
        char source[PATH_MAX], target[PATH_MAX];
        struct stat status;
        if (entry->d_name[0] == '.')
            continue;
        if (snprintf(source, sizeof source, "%s/%s", from, entry->d_name) >= PATH_MAX ||
            snprintf(target, sizeof target, "%s/%s", to, entry->d_name) >= PATH_MAX)
            code = error_set(error, ERROR_SYSTEM, "the path '%.200s...' is too long", from);
        else if (stat(source, &status) != 0)
            code = error_set(error, ERROR_SYSTEM, "cannot read '%s': %s", source, strerror(errno));
        else if (S_ISDIR(status.st_mode))
            code = copy_folder(source, target, copying, error);
        else if (S_ISREG(status.st_mode)) {
            make_example(copying, target);
            code = copy_file(source, target, copying, error);
        }
    }
    if (folder)
        closedir(folder);
    return code;
}

static enum error_code path_of(const char *data, char path[PATH_MAX], struct error *error,
                               const char *format, const char *name)
{
    const int used = snprintf(path, PATH_MAX, "%s/", data);
    if (used >= PATH_MAX ||
        used + snprintf(path + used, (size_t)(PATH_MAX - used), format, name) >= PATH_MAX)
        return error_set(error, ERROR_CONFIGURATION, "the path '%.200s...' is too long", data);
    return ERROR_NONE;
}

/* Whoever opens the database first creates it: here, so that the home is complete at once. */
static enum error_code make_database(const struct invocation *invocation, const struct home *home,
                                     struct error *error)
{
    struct session_options here = invocation->options;
    here.home = home->path;
    const enum error_code code = session_open(&here, invocation->session, error);
    session_close(invocation->session); /* `here` ends */
    return code;
}

/* ---- questions ---- */

/* What a person at the terminal answered; defaults for everybody else. */
struct answers {
    char folder[PATH_MAX], system[64], runs[16];
};

static enum error_code ask_system(const char *data, char *system, size_t size, struct error *error)
{
    struct arena *const arena = arena_new(0);
    struct text *names = NULL;
    char question[512] = "Which system do you want to connect first? (none";
    size_t count = 0;
    bool known = false;
    enum error_code code =
        arena ? script_names(data, arena, &names, &count, error) : error_memory(error, "names");
    for (size_t i = 0; !code && i < count; i++) {
        const size_t used = strlen(question);
        (void)snprintf(question + used, sizeof question - used, ", %s", names[i].bytes);
    }
    (void)strncat(question, ")", sizeof question - strlen(question) - 1);
    while (!code && !known) {
        code = ask_line(question, "none", system, size, error);
        known = strcmp(system, "none") == 0;
        for (size_t i = 0; !code && i < count && !known; i++)
            known = text_equal(names[i], text_of(system));
    }
    arena_free(arena);
    return code;
}

static enum error_code ask_all(const struct invocation *invocation, const char *data,
                               struct answers *answers, struct error *error)
{
    char *const runs = answers->runs;
    if ((!invocation->argument_count &&
         ask_line("Where shall the home be?", invocation->options.home, answers->folder,
                  sizeof answers->folder, error)) ||
        ask_system(data, answers->system, sizeof answers->system, error))
        return error->code;
    do {
        if (ask_line("How should it sync? (service: all the time; timer: every ten minutes; hand)",
                     "service", runs, sizeof answers->runs, error))
            return error->code;
    } while (strcmp(runs, "service") != 0 && strcmp(runs, "timer") != 0 &&
             strcmp(runs, "hand") != 0);
    return ERROR_NONE;
}

static void print_next(const struct home *home, const struct answers *answers)
{
    const char *const system = *answers->system ? answers->system : "helloworld";
    if (strcmp(system, "none") == 0)
        printf("next: tandem --home %s connect NAME\n", home->path);
    else
        printf("next: tandem --home %s connect %s\n", home->path, system);
    if (strcmp(answers->runs, "service") == 0)
        printf("then: tandem --home %s serve (docs/operators.md, section 7)\n", home->path);
    else if (strcmp(answers->runs, "timer") == 0)
        printf("then: tandem --home %s sync --all, by systemd or cron (docs/operators.md, section "
               "3)\n",
               home->path);
}

/* ---- the command ---- */

static enum error_code copy_all(const char *data, const struct home *home, struct copying *copying,
                                struct error *error)
{
    static const char *const folders[] = {"lua/lib",  "lua/vendor",       "lua/speckit",
                                          "lua/meta", "lua/integrations", "config"};
    /* What editors and luacheck need to know about a home. */
    static const char *const settings[] = {"luarc.json", "luacheckrc"};
    char source[PATH_MAX], target[PATH_MAX];
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (path_of(data, source, error, "%s", folders[i]) ||
            home_path(home, target, error, "%s", folders[i]) ||
            copy_folder(source, target, copying, error))
            return error->code;
    }
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (path_of(data, source, error, "lua/home/%s", settings[i]) ||
            home_path(home, target, error, ".%s", settings[i]) ||
            copy_file(source, target, copying, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code run_init(const struct invocation *invocation, struct error *error)
{
    char data[PATH_MAX];
    struct home home;
    struct answers answers = {.system = ""};
    struct copying copying = {.written = 0};
    if (home_data_folder(data, error))
        return error->code;
    (void)snprintf(answers.folder, sizeof answers.folder, "%s",
                   invocation->argument_count ? invocation->arguments[0]
                                              : invocation->options.home);
    if ((ask_possible() && !invocation->options.quiet && !invocation_has(invocation, "yes") &&
         ask_all(invocation, data, &answers, error)) ||
        home_make_folder(answers.folder, error))
        return error->code;
    if (!realpath(answers.folder, home.path))
        return error_set(error, ERROR_SYSTEM, "cannot open '%s': %s", answers.folder,
                         strerror(errno));
    copying.sample = !invocation_has(invocation, "no-sample") &&
                     (!*answers.system || strcmp(answers.system, "helloworld") == 0);
    if (copy_all(data, &home, &copying, error) || make_database(invocation, &home, error))
        return error->code;
    if (!invocation->options.quiet) {
        printf("home %s: %zu files written", home.path, copying.written);
        if (copying.kept)
            printf(", %zu existed and were not changed", copying.kept);
        fputc('\n', stdout);
        print_next(&home, &answers);
    }
    return ERROR_NONE;
}

static const struct option options[] = {
    FLAG("yes", "ask nothing, even on a terminal"),
    FLAG("no-sample", "the sample integration, hello.world, is not enabled: its configuration is "
                      "an example like the others"),
    {.name = NULL},
};

const struct command command_init = {
    .name = "init",
    .arguments = "[DIR]",
    .summary = "create a home: configuration, database, sample integration",
    .details =
        "Writes config/, lua/ and var/tandem.db into DIR (default: the home). Existing files "
        "are not changed, so it can be run again. On a terminal it asks where to put the "
        "home, which system to connect first, and how to sync, and then prints the next "
        "steps. The sample integration, hello.world, is enabled unless you choose another "
        "system.",
    .examples = "  tandem init ~/crm\n  cd ~/crm && tandem list",
    .options = options,
    .run = run_init,
};
