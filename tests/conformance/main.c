/*
 * conformance: put cases through the real engine and say where it does something else.
 *
 *     conformance [--verbose] [--filter PART] [-j N] [--known FILE] FILE_OR_FOLDER ...
 *
 * Ends with "N passed, N failed"; exit code 1 if a case failed that is not known to, 2 for wrong
 * use.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conformance/workers.h"

struct settings {
    bool verbose;
    const char *filter;
    const char *known;
    int workers;
};

static const char usage[] =
    "usage: conformance [--verbose] [--filter PART] [-j N] [--known FILE] FILE_OR_FOLDER ...\n";

static bool read_options(int count, char **values, struct settings *settings)
{
    static const struct option options[] = {{"verbose", no_argument, NULL, 'v'},
                                            {"filter", required_argument, NULL, 'f'},
                                            {"known", required_argument, NULL, 'k'},
                                            {"jobs", required_argument, NULL, 'j'},
                                            {NULL, 0, NULL, 0}};
    settings->workers = (int)sysconf(_SC_NPROCESSORS_ONLN);
    int option = 0;
    while ((option = getopt_long(count, values, "vf:k:j:", options, NULL)) != -1) {
        switch (option) {
        case 'v':
            settings->verbose = true;
            break;
        case 'f':
            settings->filter = optarg;
            break;
        case 'k':
            settings->known = optarg;
            break;
        case 'j':
            settings->workers = (int)strtol(optarg, NULL, 10);
            break;
        default:
            return false;
        }
    }
    return optind < count && settings->workers > 0;
}

static int summarize(const struct case_list *list, const struct case_result *results)
{
    size_t passed = 0;
    size_t failed = 0;
    size_t known = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (results[i].state == CASE_PASSED)
            passed++;
        else if (list->cases[i].known)
            known++;
        else
            failed++;
        if (results[i].state == CASE_PASSED && list->cases[i].known)
            printf("%s is listed as a known difference, but passes\n", list->cases[i].name);
    }
    if (known > 0)
        printf("%zu known differences\n", known);
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed > 0 ? 1 : 0;
}

int main(int count, char **values)
{
    struct settings settings = {0};
    if (!read_options(count, values, &settings)) {
        fputs(usage, stderr);
        return 2;
    }
    struct error error = {0};
    struct case_list list = {0};
    struct case_result *results = NULL;
    int status = 2;
    for (int i = optind; i < count; i++) {
        if (case_list_add(&list, values[i], &error))
            goto out;
    }
    if (settings.filter)
        case_list_filter(&list, settings.filter);
    if (settings.known && case_list_read_known(&list, settings.known, &error))
        goto out;
    results = calloc(list.count + 1, sizeof *results);
    if (!results) {
        (void)error_memory(&error, "the results");
        goto out;
    }
    if (workers_run(&list, settings.workers, settings.verbose, results, &error))
        goto out;
    status = summarize(&list, results);
out:
    if (error.code)
        fprintf(stderr, "%s\n", error.message);
    free(results);
    case_list_release(&list);
    return status;
}
