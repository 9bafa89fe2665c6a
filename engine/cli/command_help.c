/* tandem help: help texts, manual pages and completion, all from the tables of the commands. */
#include "cli/cli.h"

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
#include "host/home.h"

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

/* The page of the program (NULL), of a command or of the configuration; false: there is none. */
static bool print_page(FILE *stream, const struct command *const *commands, const char *name)
{
    const struct command *const command = name ? options_command(commands, name) : NULL;
    if (!name)
        man_program(stream, commands);
    else if (command && command->summary)
        man_command(stream, command);
    else if (strcmp(name, "tandem.lua") == 0)
        man_configuration(stream);
    else
        return false;
    return true;
}

static enum error_code print_man(const struct invocation *invocation, struct error *error)
{
    const char *const name = invocation->arguments[0];
    return print_page(stdout, invocation->commands, name)
               ? ERROR_NONE
               : error_set(error, ERROR_USAGE,
                           "there is no manual page for '%s'; see 'tandem help'", name);
}

/* A file below the folder that --output names: `text`, or the page of a name. */
static enum error_code write_file(const struct invocation *invocation, const char *below,
                                  const char *file, const char *text, const char *name,
                                  struct error *error)
{
    const char *const folder = invocation_value(invocation, "output");
    char path[PATH_MAX];
    FILE *stream = NULL;
    if (snprintf(path, sizeof path, "%s/%s", folder, below) >= (int)sizeof path)
        return error_set(error, ERROR_USAGE, "the path '%.200s...' is too long", folder);
    if (home_make_folder(path, error))
        return error->code;
    if (snprintf(path, sizeof path, "%s/%s/%s", folder, below, file) < (int)sizeof path)
        stream = fopen(path, "we");
    if (!stream)
        return error_set(error, ERROR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
    if (text)
        fputs(text, stream);
    else
        (void)print_page(stream, invocation->commands, name);
    if (fclose(stream) != 0)
        return error_set(error, ERROR_SYSTEM, "cannot write a page: %s", strerror(errno));
    return ERROR_NONE;
}

static enum error_code write_all(const struct invocation *invocation, struct error *error)
{
    if (write_file(invocation, "man1", "tandem.1", NULL, NULL, error))
        return error->code;
    for (const struct command *const *each = invocation->commands; *each; each++) {
        char file[NAME_MAX];
        (void)snprintf(file, sizeof file, "tandem-%s.1", (*each)->name);
        if ((*each)->summary && write_file(invocation, "man1", file, NULL, (*each)->name, error))
            return error->code;
    }
    for (const struct shell *each = shells; each->name; each++) {
        if (write_file(invocation, each->folder, each->file, each->completion, NULL, error))
            return error->code;
    }
    return write_file(invocation, "man5", "tandem.lua.5", NULL, "tandem.lua", error);
}

/* ---- the command ---- */

static enum error_code run_help(const struct invocation *invocation, struct error *error)
{
    const char *const format = invocation_value(invocation, "format");
    const struct shell *shell = shells;
    const char *const page =
        invocation->argument_count == 1 ? error_pages_find(invocation->arguments[0]) : NULL;
    if (invocation_has(invocation, "output"))
        return write_all(invocation, error);
    if (!format && !page)
        return print_help(invocation, error);
    if (format && strcmp(format, "man") == 0)
        return print_man(invocation, error);
    while (format && shell->name && strcmp(shell->name, format) != 0)
        shell++;
    if (format && !shell->name)
        return error_set(error, ERROR_USAGE,
                         "option '--format' is '%s', which is not man, bash, zsh or fish", format);
    fputs(format ? shell->completion : page, stdout);
    return ERROR_NONE;
}

static enum error_code run_complete(const struct invocation *invocation, struct error *error)
{
    (void)error;
    complete_print(invocation->commands, invocation->options.home, invocation->arguments,
                   invocation->argument_count);
    return ERROR_NONE;
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
