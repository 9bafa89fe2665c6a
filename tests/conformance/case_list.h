/*
 * case_list: the cases of files and folders, whatever they are called.
 *
 * A file holds {"what", "cases": [{"id", "input", "expected"}]} (units), {"cases": [scenario, ...]}
 * or one scenario. What kind a case is of is told by its own shape, so files unknown to the project
 * run as well.
 */
#ifndef TANDEM_TESTS_CONFORMANCE_CASE_LIST_H
#define TANDEM_TESTS_CONFORMANCE_CASE_LIST_H

#include <jansson.h>

#include "conformance/comparison.h"

/* Put one case through the engine; differences go into `comparison`. An error means that it could
 * not be put through at all; the case has failed then. */
typedef enum error_code case_run(const json_t *item, struct comparison *comparison,
                                 struct error *error);

struct test_case {
    char *name;         /* owned: "judge/judge-398" or the scenario's name */
    const char *file;   /* borrowed from the list */
    const json_t *item; /* borrowed from the list */
    case_run *run;      /* NULL: of a kind that is not known */
    const char *known;  /* borrowed: why it is known to differ; NULL: it is not */
};

struct case_list {
    struct test_case *cases; /* owned */
    size_t count, capacity;
    json_t *files;    /* owned: path -> parsed file */
    char *known_text; /* owned: the text of the list of known differences */
};

/* Add what is at `path`: a file, or all *.json below a folder, in the order of their paths. */
WARN_UNUSED enum error_code case_list_add(struct case_list *list, const char *path,
                                          struct error *error);
/* Read the list of known differences: a line is a case's name, blanks, and the reason; lines that
 * begin with # are comments. Call it after the last case_list_add. */
WARN_UNUSED enum error_code case_list_read_known(struct case_list *list, const char *path,
                                                 struct error *error);
/* Drop the cases whose name does not contain `part`. */
void case_list_filter(struct case_list *list, const char *part);
void case_list_release(struct case_list *list);

#endif
