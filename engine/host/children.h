/*
 * children: this program again, several times, each in a process of its own.
 *
 * Their standard output is kept, their standard error is passed on line by line with a name before
 * each line. SIGINT and SIGTERM are passed on to them: the first asks them to end after the page
 * under way and lets no other one begin, a second one ends them at once. They end as after a
 * SIGTERM if this process is killed.
 */
#ifndef TANDEM_HOST_CHILDREN_H
#define TANDEM_HOST_CHILDREN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/text.h"
#include "host/exit_code.h"

enum { CHILD_LINE_SIZE = 8192, CHILD_MOST_OUTPUT = 16 << 20 };

struct child {
    const char *name;                /* stands before its lines; borrowed */
    char *const *arguments;          /* what follows "tandem"; ends with NULL; borrowed */
    int kept;                        /* a descriptor that stays open in it; 0: none */
    void *own;                       /* the caller's */
    bool started;                    /* false: a signal came first */
    int exit_code;                   /* EXIT_RUN_FAILED if it was killed or not started */
    int signal_number;               /* what killed it; 0: it ended by itself */
    struct buffer output;            /* its standard output; children_release */
    char last_line[CHILD_LINE_SIZE]; /* of its standard error, cut; "" if there was none */
    /* private: while it runs */
    pid_t process;
    int output_end, error_end; /* -1: closed */
    char line[CHILD_LINE_SIZE];
    size_t line_length;
};

/* The default number at once: the cores of this machine. */
size_t children_default_jobs(void);
/* Read option '--jobs': a whole number from 1 to 64; `jobs` stays if it was not given.
 * ERROR_USAGE. */
WARN_UNUSED enum error_code children_read_jobs(const char *word, size_t *jobs, struct error *error);

/* Run all, in their order, at most `jobs` at a time, and wait for their ends. *interrupted tells
 * whether a signal came. How each one ended is recorded in it and is not an error; ERROR_SYSTEM or
 * ERROR_MEMORY if one could not be started or listened to: then those that run are asked to end and
 * waited for. */
WARN_UNUSED enum error_code children_run(struct child *children, size_t count, size_t jobs,
                                         bool *interrupted, struct error *error);
void children_release(struct child *children, size_t count);

/* Where children come from if they are too many to be listed. */
struct nursery {
    void *context;
    /* The next one: name, arguments (borrowed until `ended`), kept, own. False: there are no
     * more for now; it is asked again when one has ended. */
    bool (*next)(void *context, struct child *child);
    /* One has ended; what it holds is released after this. An error ends all. */
    enum error_code (*ended)(void *context, const struct child *child, struct error *error);
};
/* Like children_run. */
WARN_UNUSED enum error_code children_run_from(const struct nursery *nursery, size_t jobs,
                                              bool *interrupted, struct error *error);

/* The worse of two exit codes: failed, wrong use, attention, locked, done. */
enum exit_code children_worse(enum exit_code left, enum exit_code right);

#endif
