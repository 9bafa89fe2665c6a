/* tandem help: help texts, manual pages and completion, all from the tables of the commands. */
#include "cli/command_help.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/error_number.h"
#include "cli/line/help.h"
#include "cli/line/options.h"
#include "cli/pages/complete.h"
#include "cli/pages/error_pages.h"
#include "cli/pages/man.h"
#include "cli/pages/shells.h"
#include "cli/show/output.h"
#include "host/home.h"

static const char *const shells[][2] = {
    {"bash", "completions/tandem"}, {"zsh", "zsh/_tandem"}, {"fish", "fish/tandem.fish"}};
enum { SHELLS = sizeof shells / sizeof *shells };

/* ---- for people ---- */

static enum error_code print_help(const struct invocation *invocation, struct error *error)
{
    const struct command *parent = NULL, *command = NULL;
    for (int i = 0; i < invocation->argument_count; i++) {
        parent = command;
        const struct command *const *const among =
            command ? command->subcommands : invocation->commands;
        command = among ? options_command(among, invocation->arguments[i]) : NULL;
        if (!command)
            return error_number_set(error, ERROR_NUMBER_COMMAND,
                                    error_set(error, ERROR_USAGE,
                                              "unknown command '%s'; see 'tandem help'",
                                              invocation->arguments[i]));
    }
    if (command)
        help_command(stdout, parent, command);
    else
        help_program(stdout, invocation->commands);
    return ERROR_NONE;
}

/* ---- for man ---- */

static enum error_code print_man(const struct invocation *invocation, struct error *error)
{
    const char *const name = invocation->argument_count ? invocation->arguments[0] : NULL;
    const struct command *const command = name ? options_command(invocation->commands, name) : NULL;
    if (!name)
        man_program(stdout, invocation->commands);
    else if (command && command->summary)
        man_command(stdout, command);
    else if (strcmp(name, "tandem.lua") == 0)
        man_configuration(stdout);
    else
        return error_set(error, ERROR_USAGE, "there is no manual page for '%s'; see 'tandem help'",
                         name);
    return ERROR_NONE;
}

/* A file below the folder that --output names. */
static enum error_code begin_file(const char *folder, const char *below, const char *name,
                                  FILE **file, struct error *error)
{
    char path[PATH_MAX];
    *file = NULL;
    if (snprintf(path, sizeof path, "%s/%s", folder, below) >= (int)sizeof path)
        return error_set(error, ERROR_USAGE, "the path '%.200s...' is too long", folder);
    const enum error_code code = home_make_folder(path, error);
    if (code)
        return code;
    if (snprintf(path, sizeof path, "%s/%s/%s", folder, below, name) < (int)sizeof path)
        *file = fopen(path, "we");
    if (!*file)
        return error_set(error, ERROR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
    return ERROR_NONE;
}

static enum error_code end_file(FILE *file, struct error *error)
{
    if (fclose(file) != 0)
        return error_set(error, ERROR_SYSTEM, "cannot write a page: %s", strerror(errno));
    return ERROR_NONE;
}

static enum error_code write_pages(const struct invocation *invocation, const char *folder,
                                   struct error *error)
{
    FILE *file = NULL;
    enum error_code code = begin_file(folder, "man1", "tandem.1", &file, error);
    if (code)
        return code;
    man_program(file, invocation->commands);
    code = end_file(file, error);
    for (const struct command *const *each = invocation->commands; !code && *each; each++) {
        char name[NAME_MAX];
        if (!(*each)->summary)
            continue;
        (void)snprintf(name, sizeof name, "tandem-%s.1", (*each)->name);
        code = begin_file(folder, "man1", name, &file, error);
        if (code)
            return code;
        man_command(file, *each);
        code = end_file(file, error);
    }
    if (!code)
        code = begin_file(folder, "man5", "tandem.lua.5", &file, error);
    if (code)
        return code;
    man_configuration(file);
    return end_file(file, error);
}

static enum error_code write_completions(const char *folder, struct error *error)
{
    enum error_code code = ERROR_NONE;
    for (size_t i = 0; !code && i < SHELLS; i++) {
        char below[NAME_MAX];
        FILE *file = NULL;
        const char *const slash = strchr(shells[i][1], '/');
        (void)snprintf(below, sizeof below, "%.*s", (int)(slash - shells[i][1]), shells[i][1]);
        code = begin_file(folder, below, slash + 1, &file, error);
        if (code)
            return code;
        fputs(shells_completion(shells[i][0]), file);
        code = end_file(file, error);
    }
    return code;
}

/* ---- the command ---- */

static enum error_code run_help(const struct invocation *invocation, struct error *error)
{
    const char *const format = invocation_value(invocation, "format");
    const char *const folder = invocation_value(invocation, "output");
    const char *const completion = format ? shells_completion(format) : NULL;
    enum error_code code = ERROR_NONE;
    const char *const page =
        invocation->argument_count == 1 ? error_pages_find(invocation->arguments[0]) : NULL;
    if (folder) {
        code = write_pages(invocation, folder, error);
        return code ? code : write_completions(folder, error);
    }
    if (!format && page)
        fputs(page, stdout);
    else if (!format)
        code = print_help(invocation, error);
    else if (strcmp(format, "man") == 0)
        code = print_man(invocation, error);
    else if (completion)
        fputs(completion, stdout);
    else
        code = error_set(error, ERROR_USAGE,
                         "option '--format' is '%s', which is not man, bash, zsh or fish", format);
    return code ? code : output_flush(error);
}

static enum error_code run_complete(const struct invocation *invocation, struct error *error)
{
    complete_print(invocation->commands, invocation->options.home, invocation->arguments,
                   invocation->argument_count);
    return output_flush(error);
}

static const struct option options[] = {
    OPTION("format", "FORMAT",
           "a manual page (man), or the completion of a shell (bash, zsh, fish)",
           .choices = "man|bash|zsh|fish"),
    OPTION("output", "DIR", "write all manual pages and completions into this folder"),
    {.name = NULL},
};

const struct command command_help = {
    .name = "help",
    .arguments = "[COMMAND...]",
    .summary = "explain a command, with examples",
    .details = "A COMMAND may also be the code of an error, such as TND0202: what it means, why it "
               "happens, and what\n"
               "to do. With --format man a COMMAND may also be 'tandem.lua', the keys of the "
               "configuration.",
    .examples = "  tandem help sync\n  tandem help TND0202\n  tandem help --format man tandem.lua "
                "| man -l -\n"
                "  source <(tandem help --format bash)",
    .options = options,
    .most_arguments = 2,
    .run = run_help,
};

const struct command command_complete = {
    .name = "complete",
    .arguments = "[WORD...]",
    .run = run_complete,
};
