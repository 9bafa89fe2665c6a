/* Help texts, made from the tables of commands and options. */
#include "cli/line/help.h"

#include <stdbool.h>
#include <string.h>

#include "cli/line/options.h"

enum { WIDTH = 96, TEXT_COLUMN = 34 };

/* `text` from `column` on, wrapped; following lines are indented, a blank one begins a paragraph.
 */
static void wrapped(FILE *stream, const char *text, int column)
{
    int at = column;
    while (*text) {
        const int length = (int)strcspn(text, " \n");
        const bool begins = strncmp(text + length, "\n\n", 2) == 0;
        if (at > column && at + length + 1 > WIDTH) {
            fprintf(stream, "\n%*s", column, "");
            at = column;
        }
        at += fprintf(stream, "%s%.*s", at > column ? " " : "", length, text);
        text += length;
        text += strspn(text, " \n");
        if (begins) {
            fprintf(stream, "\n\n%*s", column, "");
            at = column;
        }
    }
    fputc('\n', stream);
}

static void entry(FILE *stream, const char *left, const char *text)
{
    const int used = fprintf(stream, "  %s", left);
    if (used + 2 > TEXT_COLUMN)
        fprintf(stream, "\n%*s", TEXT_COLUMN, "");
    else
        fprintf(stream, "%*s", TEXT_COLUMN - used, "");
    wrapped(stream, text, TEXT_COLUMN);
}

static void command_list(FILE *stream, const struct command *const *commands)
{
    for (; *commands; commands++) {
        char left[128];
        if (!(*commands)->summary)
            continue;
        snprintf(left, sizeof left, "%s%s%s", (*commands)->name, *(*commands)->arguments ? " " : "",
                 (*commands)->arguments);
        entry(stream, left, (*commands)->summary);
    }
}

static void options(FILE *stream, const struct option *table)
{
    for (const struct option *option = table; option && option->name; option++) {
        char left[128];
        const char letter[] = {'-', option->letter, ',', ' ', '\0'};
        if (!option->help)
            continue;
        snprintf(left, sizeof left, "%s--%s%s%s", option->letter ? letter : "    ", option->name,
                 option->argument ? " " : "", option->argument ? option->argument : "");
        entry(stream, left, option->help);
    }
}

void help_program(FILE *stream, const struct command *const *commands)
{
    fputs("tandem: keeps contacts and companies the same here and in other systems, in both "
          "directions\n"
          "\n"
          "Usage: tandem [--home DIR] COMMAND [OPTION]... [ARGUMENT]...\n"
          "\n"
          "Commands:\n",
          stream);
    command_list(stream, commands);
    fputs("\nOptions of every command:\n", stream);
    options(stream, options_common);
    fputs("\nExit codes:\n", stream);
#define X(constant, number, meaning) fprintf(stream, "  %d  %s\n", number, meaning);
    EXIT_CODES(X)
#undef X
    fputs("\n"
          "'tandem help COMMAND' explains a command, with examples.\n",
          stream);
}

void help_command(FILE *stream, const struct command *parent, const struct command *command)
{
    const char *const over = parent ? parent->name : "", *const gap = parent ? " " : "";
    fprintf(stream, "tandem %s%s%s: %s\n\n", over, gap, command->name, command->summary);
    if (command->subcommands) {
        fprintf(stream, "Usage: tandem %s COMMAND [OPTION]... [ARGUMENT]...\n\nCommands:\n",
                command->name);
        command_list(stream, command->subcommands);
    } else {
        fprintf(stream, "Usage: tandem %s%s%s%s%s%s\n", over, gap, command->name,
                command->options ? " [OPTION]..." : "", *command->arguments ? " " : "",
                command->arguments);
    }
    if (command->details) {
        fputc('\n', stream);
        wrapped(stream, command->details, 0);
    }
    if (command->options) {
        fputs("\nOptions:\n", stream);
        options(stream, command->options);
    }
    fputs("\nOptions of every command:\n", stream);
    options(stream, options_common);
    if (command->examples)
        fprintf(stream, "\nExamples:\n%s\n", command->examples);
}
