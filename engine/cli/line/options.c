/* Reading a command line: long and short options, arguments, and what is wrong with them. */
#include "base/error_number.h"
#include "base/text_nearest.h"
#include "cli/line/options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const struct option options_common[] = {
    OPTION("home", "DIR",
           "the home: the folder with config/, lua/ and var/ (default: TANDEM_HOME, else the "
           "current folder)"),
    FLAG("verbose", "log to standard error; twice: log everything", .letter = 'v',
         .repeatable = true),
    FLAG("quiet", "no progress line, no summary, no warnings", .letter = 'q'),
    FLAG("help", "show this help", .letter = 'h'),
    FLAG("version", "show the version"),
    {.name = NULL},
};

const struct option options_of_list[] = {FLAG("json", "print a JSON array"), {.name = NULL}};

enum { MAX_NAMES = 64, MAX_WORD = 64 };

/* The parser's state while it goes through the words. */
struct parser {
    const struct command *const *commands;
    struct invocation *invocation;
    int argc;
    char **argv;
    int next; /* index of the next word */
};

/* ---- looking up ---- */

const struct command *options_command(const struct command *const *commands, const char *name)
{
    for (; *commands; commands++) {
        if (strcmp((*commands)->name, name) == 0)
            return *commands;
    }
    return NULL;
}

static const struct option *find_option(const struct option *options, const char *name,
                                        size_t length, char letter)
{
    for (const struct option *option = options; option && option->name; option++) {
        if (letter ? option->letter == letter
                   : (strlen(option->name) == length && memcmp(option->name, name, length) == 0) ||
                         (option->alias && strlen(option->alias) == length &&
                          memcmp(option->alias, name, length) == 0))
            return option;
    }
    return NULL;
}

const struct option *options_find(const struct command *command, const char *name, size_t length,
                                  char letter)
{
    const struct option *found = find_option(options_common, name, length, letter);
    return found || !command ? found : find_option(command->options, name, length, letter);
}

static size_t option_names(const struct option *options, const char **names, size_t count)
{
    for (const struct option *option = options; option && option->name && count < MAX_NAMES;
         option++)
        names[count++] = option->name;
    return count;
}

/* "tandem sync", for messages. */
static void describe_command(const struct invocation *invocation, char *out, size_t size)
{
    const struct command *const parent = invocation->parent, *const command = invocation->command;
    (void)snprintf(out, size, "tandem%s%s%s%s", parent ? " " : "", parent ? parent->name : "",
                   command ? " " : "", command ? command->name : "");
}

/* ---- one word at a time ---- */

/* `what` is wrong; perhaps the nearest name was meant. */
static enum error_code unknown(const char *what, const char *dashes, const char *nearest,
                               const char *of, int number, struct error *error)
{
    return error_number_set(
        error, number,
        nearest ? error_set(error, ERROR_USAGE, "%s; did you mean '%s%s'?", what, dashes, nearest)
                : error_set(error, ERROR_USAGE, "%s; see '%s --help'", what, of));
}

static enum error_code unknown_option(const struct parser *parser, const char *word, size_t length,
                                      struct error *error)
{
    const struct command *const command = parser->invocation->command;
    const char *names[MAX_NAMES];
    char name[MAX_WORD] = "", of[128], what[ERROR_MESSAGE_SIZE];
    size_t count = option_names(options_common, names, 0);
    if (command)
        count = option_names(command->options, names, count);
    if (length < sizeof name)
        memcpy(name, word, length);
    describe_command(parser->invocation, of, sizeof of);
    (void)snprintf(what, sizeof what, "unknown option '%s%.*s' for '%s'", length > 1 ? "--" : "-",
                   (int)length, word, of);
    return unknown(what, "--", length > 1 ? text_nearest(name, names, count) : NULL, of,
                   ERROR_NUMBER_OPTION, error);
}

static enum error_code give(struct parser *parser, const struct option *option, const char *value,
                            struct error *error)
{
    struct invocation *const invocation = parser->invocation;
    if (strcmp(option->name, "verbose") == 0)
        invocation->options.verbosity++;
    else if (strcmp(option->name, "quiet") == 0)
        invocation->options.quiet = true;
    else if (strcmp(option->name, "help") == 0)
        invocation->help = true;
    else if (strcmp(option->name, "version") == 0)
        invocation->version = true;
    if (!option->repeatable && option->argument && invocation_has(invocation, option->name))
        return error_set(error, ERROR_USAGE, "option '--%s' is given twice", option->name);
    if (strcmp(option->name, "home") == 0) {
        if (!*value)
            return error_set(error, ERROR_USAGE, "option '--home' is empty: name a folder");
        invocation->options.home = value;
    }
    invocation->given[invocation->given_count++] =
        (struct given_option){.option = option, .value = value};
    return ERROR_NONE;
}

static enum error_code take_value(struct parser *parser, const struct option *option,
                                  const char *attached, const char **value, struct error *error)
{
    if (!option->argument)
        return attached
                   ? error_set(error, ERROR_USAGE, "option '--%s' takes no value", option->name)
                   : ERROR_NONE;
    if (!attached && parser->next >= parser->argc)
        return error_number_set(error, ERROR_NUMBER_VALUE,
                                error_set(error, ERROR_USAGE, "option '--%s' needs a value (%s)",
                                          option->name, option->argument));
    *value = attached ? attached : parser->argv[parser->next++];
    return ERROR_NONE;
}

static enum error_code long_option(struct parser *parser, const char *word, struct error *error)
{
    const char *const equals = strchr(word, '=');
    const size_t length = equals ? (size_t)(equals - word) : strlen(word);
    const struct option *const option = options_find(parser->invocation->command, word, length, 0);
    const char *value = NULL;
    if (!option)
        return unknown_option(parser, word, length, error);
    return take_value(parser, option, equals ? equals + 1 : NULL, &value, error)
               ? error->code
               : give(parser, option, value, error);
}

static enum error_code short_options(struct parser *parser, const char *word, struct error *error)
{
    for (const char *letter = word; *letter; letter++) {
        const struct option *const option =
            options_find(parser->invocation->command, NULL, 0, *letter);
        const char *value = NULL;
        if (!option)
            return unknown_option(parser, letter, 1, error);
        const char *const attached = option->argument && letter[1] ? letter + 1 : NULL;
        if (take_value(parser, option, attached, &value, error) ||
            give(parser, option, value, error))
            return error->code;
        if (attached)
            break;
    }
    return ERROR_NONE;
}

static enum error_code unknown_command(const struct parser *parser,
                                       const struct command *const *commands, const char *word,
                                       struct error *error)
{
    const char *names[MAX_NAMES];
    size_t count = 0;
    for (const struct command *const *each = commands; *each && count < MAX_NAMES; each++)
        names[count++] = (*each)->name;
    char of[128], what[ERROR_MESSAGE_SIZE];
    describe_command(parser->invocation, of, sizeof of);
    (void)snprintf(what, sizeof what, "'%s' is not a command of '%s'", word, of);
    return unknown(what, "", text_nearest(word, names, count), of, ERROR_NUMBER_COMMAND, error);
}

/* A word that is not an option: the command, its subcommand, or an argument. */
static enum error_code plain_word(struct parser *parser, char *word, struct error *error)
{
    struct invocation *const invocation = parser->invocation;
    const struct command *const command = invocation->command;
    if (!command || command->subcommands) {
        const struct command *const *const commands =
            command ? command->subcommands : parser->commands;
        const struct command *const found = options_command(commands, word);
        if (!found)
            return unknown_command(parser, commands, word, error);
        invocation->parent = command;
        invocation->command = found;
        return ERROR_NONE;
    }
    invocation->arguments[invocation->argument_count++] = word;
    return ERROR_NONE;
}

/* How many arguments a usage such as "NAME [-- WORD...]" asks for; *most -1: any number. */
static void count_arguments(const struct command *command, int *least, int *most)
{
    bool optional = false;
    *least = *most = 0;
    for (const char *word = command->arguments; *word; word += strspn(word, " ")) {
        const size_t length = strcspn(word, " ");
        optional |= *word == '[';
        if (isalpha((unsigned char)word[*word == '['])) {
            ++*most;
            *least += !optional && !memmem(word, length, "|--", 3);
        }
        optional &= !memchr(word, ']', length);
        word += length;
    }
    if (command->most_arguments)
        *most = command->most_arguments;
    else if (strstr(command->arguments, "..."))
        *most = -1;
}

static enum error_code check_arguments(const struct invocation *invocation, struct error *error)
{
    const struct command *const command = invocation->command;
    int least = 0, most = 0;
    char of[128];
    count_arguments(command, &least, &most);
    describe_command(invocation, of, sizeof of);
    if (command->subcommands)
        return error_set(error, ERROR_USAGE, "'%s' needs a command: see '%s --help'", of, of);
    if (invocation->argument_count < least)
        return error_number_set(error, ERROR_NUMBER_ARGUMENTS,
                                error_set(error, ERROR_USAGE, "'%s' needs more arguments: %s %s",
                                          of, of, command->arguments));
    if (most >= 0 && invocation->argument_count > most)
        return error_number_set(error, ERROR_NUMBER_ARGUMENTS,
                                error_set(error, ERROR_USAGE,
                                          "'%s' is one argument too many; usage: %s %s",
                                          invocation->arguments[most], of, command->arguments));
    return ERROR_NONE;
}

enum error_code options_parse(const struct command *const *commands, int argc, char **argv,
                              const char *home_default, struct invocation *invocation,
                              struct error *error)
{
    struct parser parser = {
        .commands = commands, .invocation = invocation, .argc = argc, .argv = argv, .next = 1};
    enum error_code code = ERROR_NONE;
    bool only_words = false;

    *invocation = (struct invocation){.commands = commands, .options.home = home_default};
    size_t letters = 1; /* each letter of a bundle is an option of its own */
    for (int i = 1; i < argc; i++)
        letters += strlen(argv[i]) + 1;
    invocation->given = calloc(letters, sizeof *invocation->given);
    invocation->arguments = calloc((size_t)argc + 1, sizeof *invocation->arguments);
    if (!invocation->given || !invocation->arguments)
        code = error_memory(error, "the command line");
    while (!code && parser.next < argc) {
        char *const word = argv[parser.next++];
        if (!only_words && strcmp(word, "--") == 0)
            only_words = true;
        else if (!only_words && word[0] == '-' && word[1] == '-')
            code = long_option(&parser, word + 2, error);
        else if (!only_words && word[0] == '-' && word[1])
            code = short_options(&parser, word + 1, error);
        else
            code = plain_word(&parser, word, error);
    }
    if (!code && invocation->command && !invocation->help && !invocation->version)
        code = check_arguments(invocation, error);
    if (code)
        invocation_release(invocation);
    return code;
}
