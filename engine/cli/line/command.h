/*
 * command: what a command of the program is, and how it is called.
 *
 * Commands and their options are tables; the parser (options.h), the help texts (help.h) and the
 * dispatcher (cli.h) read them. One command, one file (command_<name>.c), one table.
 */
#ifndef TANDEM_CLI_LINE_COMMAND_H
#define TANDEM_CLI_LINE_COMMAND_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "host/exit_code.h"
#include "host/session.h"

struct option {
    const char *name;     /* "start-datetime"; NULL ends a table */
    char letter;          /* 't', or 0 */
    const char *argument; /* what its value is called in help, "WHEN"; NULL: a flag */
    bool repeatable;      /* may be given several times */
    const char *alias;    /* another long name for it; NULL: none */
    const char *help;     /* one sentence, lower case; NULL: between processes of ours, not shown */
    const char *choices;  /* for completion: all values, "read|run|admin"; NULL: unknown */
};

/* An entry of a table of options: with a value, or a flag; behind the help, what few have. */
#define OPTION(name_, argument_, ...)                                                              \
    {                                                                                              \
        .name = (name_), .argument = (argument_), .help = __VA_ARGS__                              \
    }
#define FLAG(name_, ...)                                                                           \
    {                                                                                              \
        .name = (name_), .help = __VA_ARGS__                                                       \
    }

struct invocation;

struct command {
    const char *name;
    /* "NAME [OBJECT]", as help shows them; "" if there are none. How many there may be follows:
     * what is in brackets or has an option instead ("NAME|--all") may be left out, "..." repeats.
     */
    const char *arguments;
    const char *summary;  /* one line, lower case first word, no full stop; NULL: not shown */
    const char *details;  /* paragraphs for its help; NULL: none */
    const char *examples; /* lines for its help, two blanks before each; NULL: none */
    const struct option *options;             /* its own; NULL: none */
    int most_arguments;                       /* fewer than `arguments` says; 0: as many */
    const struct command *const *subcommands; /* "object list"; ends with NULL; NULL: none */
    /* Carry it out. An error is printed by the program, which also finds its exit code. */
    enum error_code (*run)(const struct invocation *invocation, struct error *error);
    /* In place of `run`, for a command that works in an open home: session_open comes before it. */
    enum error_code (*in_home)(const struct invocation *invocation, struct session *session,
                               struct error *error);
};

struct given_option {
    const struct option *option;
    const char *value; /* NULL: a flag */
};

/* A command line, read. Texts are borrowed from argv. */
struct invocation {
    const struct command *const *commands; /* all there are; ends with NULL */
    const struct command *parent;          /* "object" in "object list"; NULL: none */
    const struct command *command;         /* NULL: none was named */
    struct session_options options; /* home: --home, TANDEM_HOME or "."; verbosity: number of -v */
    bool help, version;
    char **arguments; /* what follows the command, options taken out; NULL behind the last */
    int argument_count;
    struct given_option *given; /* in the order of the command line; owned, invocation_release */
    size_t given_count;
    /* While it is carried out: */
    struct session *session; /* for a command that opens a home itself; closed by invocation_run */
    enum exit_code *exit_code; /* for what is no error (EXIT_NEEDS_ATTENTION), or to overrule it */
};

/* Carry it out; flushes standard output, closes the home, and takes secrets out of the error. */
WARN_UNUSED enum error_code invocation_run(const struct invocation *invocation,
                                           enum exit_code *exit_code, struct error *error);
void invocation_release(struct invocation *invocation);

/* Was it given? */
bool invocation_has(const struct invocation *invocation, const char *option);
/* Its (last) value; NULL if it was not given. */
const char *invocation_value(const struct invocation *invocation, const char *option);
/* How often it was given, and the value of the nth time (from 0; NULL if there is none). */
size_t invocation_count(const struct invocation *invocation, const char *option);
const char *invocation_nth(const struct invocation *invocation, const char *option, size_t n);
/* All its values, as a list. */
json_t *invocation_json(const struct invocation *invocation, const char *option);
/* Each value made into an item of `size` bytes by `parse`, in the arena; the pointer that `items`
 * points to becomes theirs. */
typedef enum error_code invocation_parse(const char *option, const char *value, void *item,
                                         struct error *error);
WARN_UNUSED enum error_code invocation_each(const struct invocation *invocation, const char *option,
                                            invocation_parse *parse, size_t size,
                                            struct arena *arena, void *items, size_t *count,
                                            struct error *error);
/* Its value as a number from `least` to `most`; *number stays if it was not given. ERROR_USAGE that
 * says which `kind` of number it is not, "a number (0: all)"; NULL: "a number from 1 to 9". */
WARN_UNUSED enum error_code invocation_number(const struct invocation *invocation,
                                              const char *option, int64_t least, int64_t most,
                                              const char *kind, int64_t *number,
                                              struct error *error);
/* Its value as a time, relative to `now`; *at stays if it was not given. ERROR_USAGE, with an
 * `example` such as "-2 days". */
WARN_UNUSED enum error_code invocation_moment(const struct invocation *invocation,
                                              const char *option, instant now, const char *example,
                                              instant *at, struct error *error);

#endif
