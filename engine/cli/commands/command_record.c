/* tandem record: another command, whose network traffic is written to a cassette. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands/commands.h"
#include "host/home.h"
#include "cli/line/options.h"
#include "cli/commands/spec_runner.h"

enum { MOST_WORDS = 128 };

/* Commands that talk to one integration, and take its name first. */
static const struct command *const recordable[] = {&command_sync, &command_fields, &command_check,
                                                   NULL};

/* The folder of an integration may come from somebody else: a link in it could lead anywhere. */
static enum error_code check_links(const struct home *home, const char *name, const char *folder,
                                   struct error *error)
{
    enum { TAIL = sizeof "/spec/cassettes" };
    char own[PATH_MAX], real_own[PATH_MAX], real_folder[PATH_MAX], expected[PATH_MAX + TAIL];
    if (home_path(home, own, error, "lua/integrations/%s", name))
        return error->code;
    if (!realpath(own, real_own) || !realpath(folder, real_folder))
        return error_set(error, ERROR_SYSTEM, "cannot open the folder '%s': %s", folder,
                         strerror(errno));
    snprintf(expected, sizeof expected, "%s/spec/cassettes", real_own);
    if (strcmp(real_folder, expected) != 0)
        return error_set(error, ERROR_REFUSED,
                         "'%s' is a symbolic link to '%s'; name a file with --output", folder,
                         real_folder);
    return ERROR_NONE;
}

static enum error_code choose_path(const struct invocation *invocation, char path[PATH_MAX],
                                   struct error *error)
{
    const char *const given = invocation_value(invocation, "output");
    const char *const name = invocation->arguments[0], *const command = invocation->arguments[1];
    struct home home;
    if (home_open(invocation->options.home, &home, error) || spec_runner_find(&home, name, error))
        return error->code;
    if (given) {
        if ((size_t)snprintf(path, PATH_MAX, "%s", given) >= PATH_MAX)
            return error_set(error, ERROR_USAGE, "the path in option '--output' is too long");
        return ERROR_NONE;
    }
    if (home_path(&home, path, error, "lua/integrations/%s/spec/cassettes", name) ||
        home_make_folder(path, error) || check_links(&home, name, path, error))
        return error->code;
    return home_path(&home, path, error, "lua/integrations/%s/spec/cassettes/%s.jsonl", name,
                     command);
}

/* Time windows must be the same when the recording is played, so the clock is frozen. */
static enum error_code stop_clock(struct error *error)
{
    char now[INSTANT_TEXT_SIZE];
    if (setenv("TANDEM_NOW", instant_format(instant_now(), now), 0) != 0)
        return error_memory(error, "the environment");
    return ERROR_NONE;
}

static size_t count_lines(const char *path)
{
    size_t lines = 0;
    FILE *const file = fopen(path, "re");
    if (!file)
        return 0;
    for (int byte = getc(file); byte != EOF; byte = getc(file))
        lines += byte == '\n';
    fclose(file);
    return lines;
}

/* "NAME -- sync -f" is the command line "tandem sync NAME -f". */
static enum error_code play(const struct invocation *invocation, const char *path,
                            struct error *error)
{
    char *words[MOST_WORDS];
    char program[] = "tandem";
    int count = 0;
    if (invocation->argument_count + 1 > MOST_WORDS)
        return error_set(error, ERROR_USAGE, "the command has too many arguments to be recorded");
    words[count++] = program;
    words[count++] = invocation->arguments[1];
    words[count++] = invocation->arguments[0];
    for (int i = 2; i < invocation->argument_count; i++)
        words[count++] = invocation->arguments[i];
    struct invocation inner = {.command = NULL};
    if (options_parse(recordable, count, words, invocation->options.home, &inner, error))
        return error->code;
    inner.options.cassette = path;
    const enum error_code code = invocation_run(&inner, invocation->exit_code, error);
    invocation_release(&inner);
    return code;
}

static enum error_code run_record(const struct invocation *invocation, struct error *error)
{
    char path[PATH_MAX];
    if (!options_command(recordable, invocation->arguments[1]))
        return error_set(error, ERROR_USAGE,
                         "'%s' cannot be recorded: 'sync', 'fields' or 'check' can",
                         invocation->arguments[1]);
    if (choose_path(invocation, path, error) || stop_clock(error))
        return error->code;
    const enum error_code code = play(invocation, path, error);
    const size_t lines = count_lines(path);
    if (lines)
        fprintf(stderr,
                "%zu %s recorded in %s; read it before you share it: it contains the API's "
                "answers\n",
                lines - 1, lines == 2 ? "request" : "requests", path);
    return code;
}

static const struct option options[] = {
    OPTION("output", "FILE",
           "where to (default: lua/integrations/NAME/spec/cassettes/COMMAND.jsonl)"),
    {.name = NULL},
};

const struct command command_record = {
    .name = "record",
    .arguments = "NAME -- COMMAND...",
    .summary = "run a command and record its HTTP for specs",
    .details = "Requests and answers are written to a cassette for specs: tandem.integration(NAME, "
               "{cassette = FILE}). Tokens and secrets are left out. NAME is appended to the "
               "command.",
    .examples = "  tandem record acme -- sync --disable-push --start-datetime '-1 day'\n"
                "  tandem record acme --output fields.jsonl -- fields contact",
    .options = options,
    .run = run_record,
};
