#include "conformance/workers.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKER_MAX = 64, CASE_SECONDS = 20 };

/* What the processes share. */
struct board {
    atomic_size_t next;
    struct case_result results[];
};

struct worker {
    pid_t process;
    FILE *output;
};

static void run_case(const struct test_case *item, struct case_result *result, FILE *output)
{
    struct comparison comparison;
    comparison_init(&comparison);
    struct error error = {0};
    if (!item->run)
        comparison_add(&comparison, "", "of a kind that is not known; is it a case?");
    else if (item->run(item->item, &comparison, &error))
        comparison_add(&comparison, "", "could not be run: %s", error.message);
    result->offset = ftell(output);
    if (comparison.differences > 0)
        fprintf(output, "FAILED %s (%s)\n%.*s", item->name, item->file,
                TEXT_PRINT(buffer_text(&comparison.text)));
    fflush(output);
    result->length = (size_t)(ftell(output) - result->offset);
    result->state = comparison.differences > 0 ? CASE_FAILED : CASE_PASSED;
    comparison_release(&comparison);
}

static void work(const struct case_list *list, struct board *board, int worker, FILE *output)
{
    size_t index = 0;
    while ((index = atomic_fetch_add(&board->next, 1)) < list->count) {
        board->results[index].worker = worker;
        board->results[index].state = CASE_RUNNING;
        /* A case that hangs ends its process, which counts as a crash. */
        alarm(CASE_SECONDS);
        run_case(&list->cases[index], &board->results[index], output);
    }
}

static enum error_code start(const struct case_list *list, struct board *board, int number,
                             struct worker *worker, struct error *error)
{
    fflush(NULL);
    worker->process = fork();
    if (worker->process < 0)
        return error_set(error, ERROR_SYSTEM, "cannot start a process: %s", strerror(errno));
    if (worker->process == 0) {
        fseek(worker->output, 0, SEEK_END);
        work(list, board, number, worker->output);
        fflush(NULL);
        exit(0);
    }
    return ERROR_NONE;
}

/* Which case the worker that died was at. */
static void note_crash(const struct case_list *list, struct board *board, int worker, int status)
{
    for (size_t i = 0; i < list->count; i++) {
        struct case_result *result = &board->results[i];
        if (result->state == CASE_RUNNING && result->worker == worker) {
            result->state = CASE_CRASHED;
            result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        }
    }
}

static enum error_code supervise(const struct case_list *list, struct board *board,
                                 struct worker *workers, int count, struct error *error)
{
    int alive = count;
    while (alive > 0) {
        int status = 0;
        const pid_t process = wait(&status);
        if (process < 0)
            return error_set(error, ERROR_SYSTEM, "cannot wait for a process: %s", strerror(errno));
        for (int i = 0; i < count; i++) {
            if (workers[i].process != process)
                continue;
            alive--;
            workers[i].process = 0;
            if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
                continue;
            note_crash(list, board, i, status);
            if (start(list, board, i, &workers[i], error))
                return error->code;
            alive++;
        }
    }
    return ERROR_NONE;
}

static void print_text(FILE *output, const struct case_result *result)
{
    char part[4096];
    size_t left = result->length;
    fseek(output, result->offset, SEEK_SET);
    while (left > 0) {
        const size_t wanted = left < sizeof part ? left : sizeof part;
        const size_t length = fread(part, 1, wanted, output);
        if (length == 0)
            return;
        fwrite(part, 1, length, stdout);
        left -= length;
    }
}

static void print(const struct case_list *list, const struct board *board,
                  const struct worker *workers, bool verbose)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct case_result *result = &board->results[i];
        if (result->state == CASE_FAILED)
            print_text(workers[result->worker].output, result);
        else if (result->state == CASE_CRASHED)
            printf("FAILED %s (%s)\n  : crashed%s%s\n", list->cases[i].name, list->cases[i].file,
                   result->signal != 0 ? ": " : "",
                   result->signal != 0 ? strsignal(result->signal) : "");
        else if (verbose)
            printf("passed %s\n", list->cases[i].name);
        if (result->state != CASE_PASSED && list->cases[i].known)
            printf("  known: %s\n", list->cases[i].known);
    }
}

enum error_code workers_run(const struct case_list *list, int count, bool verbose,
                            struct case_result *results, struct error *error)
{
    struct worker workers[WORKER_MAX] = {{0}};
    count = count < 1 ? 1 : count > WORKER_MAX ? WORKER_MAX : count;
    const size_t size = sizeof(struct board) + list->count * sizeof(struct case_result);
    struct board *board =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED)
        return error_memory(error, "the results");
    enum error_code code = ERROR_NONE;
    for (int i = 0; i < count && !code; i++) {
        workers[i].output = tmpfile();
        if (!workers[i].output)
            code =
                error_set(error, ERROR_SYSTEM, "cannot make a temporary file: %s", strerror(errno));
        else
            code = start(list, board, i, &workers[i], error);
    }
    if (!code)
        code = supervise(list, board, workers, count, error);
    if (!code) {
        print(list, board, workers, verbose);
        memcpy(results, board->results, list->count * sizeof *results);
    }
    for (int i = 0; i < count; i++) {
        if (workers[i].output)
            fclose(workers[i].output);
    }
    munmap(board, size);
    return code;
}
