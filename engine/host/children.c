/* Starts processes, reads their pipes with poll, and waits for them. */
#include "host/children.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_JOBS = 64, MOST_WORDS = 256, NOT_STARTED = 127 };

/* What children_run knows while it runs. */
struct crew {
    struct child *children;
    size_t count, jobs, running;
    const struct nursery *nursery; /* NULL: the children are all there are */
    int signals;                   /* signalfd */
    sigset_t before;               /* the signal mask that children get */
    bool interrupted;
};

size_t children_default_jobs(void)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores > MOST_JOBS ? MOST_JOBS : (size_t)cores;
}

enum error_code children_read_jobs(const char *word, size_t *jobs, struct error *error)
{
    int64_t number = 0;
    if (!word)
        return ERROR_NONE;
    if (!text_to_integer(text_of(word), &number) || number < 1 || number > MOST_JOBS)
        return error_set(error, ERROR_USAGE,
                         "option '--jobs' is '%s', which is no whole number from 1 to %d", word,
                         MOST_JOBS);
    *jobs = (size_t)number;
    return ERROR_NONE;
}

enum exit_code children_worse(enum exit_code left, enum exit_code right)
{
    static const enum exit_code order[] = {EXIT_RUN_FAILED, EXIT_WRONG_USE, EXIT_NEEDS_ATTENTION,
                                           EXIT_LOCKED};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (left == order[i] || right == order[i])
            return order[i];
    return left > right ? left : right;
}

/* ---- a child ---- */

/* After the fork: only calls that are safe there. */
static void become(const struct crew *crew, char *const *words, int output, int errors, int kept,
                   pid_t parent)
{
    const int nothing = open("/dev/null", O_RDONLY);
    /* Its own process group, or Ctrl-C would reach it twice: from the terminal and from us. */
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent || (kept && fcntl(kept, F_SETFD, 0) != 0) || nothing < 0 ||
        dup2(nothing, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(errors, STDERR_FILENO) < 0)
        _exit(NOT_STARTED);
    sigprocmask(SIG_SETMASK, &crew->before, NULL);
    execv("/proc/self/exe", words);
    _exit(NOT_STARTED);
}

static enum error_code start(struct crew *crew, struct child *child, struct error *error)
{
    static char program[] = "tandem";
    char *words[MOST_WORDS] = {program};
    size_t count = 1;
    int output[2] = {-1, -1}, errors[2] = {-1, -1};
    const pid_t parent = getpid();

    for (char *const *word = child->arguments; *word; word++) {
        if (count + 1 == MOST_WORDS)
            return error_set(error, ERROR_USAGE, "there are too many options to pass on");
        words[count++] = *word;
    }
    if (pipe2(output, O_CLOEXEC) == 0 && pipe2(errors, O_CLOEXEC) == 0)
        child->process = fork();
    if (child->process == 0)
        become(crew, words, output[1], errors[1], child->kept, parent);
    const int reason = errno;
    if (output[1] >= 0)
        close(output[1]);
    if (errors[1] >= 0)
        close(errors[1]);
    child->output_end = output[0];
    child->error_end = errors[0];
    if (child->process < 0)
        return error_set(error, ERROR_SYSTEM, "cannot start a process for '%s': %s", child->name,
                         strerror(reason));
    child->started = true;
    crew->running++;
    return ERROR_NONE;
}

/* Whole lines only, each in one write: children's lines must not mix. */
static void pass_on_line(struct child *child)
{
    if (!child->line_length)
        return;
    memcpy(child->last_line, child->line, child->line_length);
    child->last_line[child->line_length] = '\0';
    fprintf(stderr, "%s: %s\n", child->name, child->last_line);
    child->line_length = 0;
}

static void take_errors(struct child *child, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != '\n')
            child->line[child->line_length++] = bytes[i];
        if (bytes[i] == '\n' || child->line_length + 1 == sizeof child->line)
            pass_on_line(child);
    }
}

/* Read what a pipe has; close it at its end. */
static enum error_code listen_to(struct child *child, int *end, struct error *error)
{
    char bytes[16384];
    const ssize_t length = read(*end, bytes, sizeof bytes);
    if (length < 0 && (errno == EINTR || errno == EAGAIN))
        return ERROR_NONE;
    if (length < 0)
        return error_system(error, "cannot read the output of '%s'", child->name);
    if (length == 0) {
        close(*end);
        *end = -1;
    } else if (end == &child->output_end) {
        return buffer_append(&child->output, bytes, (size_t)length, error);
    } else {
        take_errors(child, bytes, (size_t)length);
    }
    return ERROR_NONE;
}

static void bury(struct crew *crew, struct child *child)
{
    int status = 0;
    pass_on_line(child);
    while (waitpid(child->process, &status, 0) < 0 && errno == EINTR) {
    }
    child->process = -1;
    crew->running--;
    if (WIFEXITED(status) && WEXITSTATUS(status) != NOT_STARTED)
        child->exit_code = WEXITSTATUS(status);
    else if (WIFSIGNALED(status))
        child->signal_number = WTERMSIG(status);
}

/* ---- all of them ---- */

static void signal_all(struct crew *crew, int number)
{
    for (size_t i = 0; i < crew->count; i++)
        if (crew->children[i].process > 0)
            kill(crew->children[i].process, number);
}

static void take_signal(struct crew *crew)
{
    struct signalfd_siginfo information;
    if (read(crew->signals, &information, sizeof information) != sizeof information)
        return;
    crew->interrupted = true;
    signal_all(crew, (int)information.ssi_signo);
}

/* Wait until a child writes something or ends, and read it. */
static enum error_code attend(struct crew *crew, struct error *error)
{
    struct pollfd ends[1 + 2 * MOST_JOBS];
    struct child *whose[1 + 2 * MOST_JOBS];
    nfds_t count = 0;
    enum error_code code = ERROR_NONE;

    ends[count++] = (struct pollfd){.fd = crew->signals, .events = POLLIN};
    for (size_t i = 0; i < crew->count; i++) {
        struct child *const child = &crew->children[i];
        if (child->process <= 0)
            continue;
        whose[count] = child;
        ends[count++] = (struct pollfd){.fd = child->output_end, .events = POLLIN};
        whose[count] = child;
        ends[count++] = (struct pollfd){.fd = child->error_end, .events = POLLIN};
    }
    if (poll(ends, count, -1) < 0)
        return errno == EINTR ? ERROR_NONE : error_system(error, "cannot wait for processes");
    if (ends[0].revents)
        take_signal(crew);
    for (nfds_t i = 1; !code && i < count; i++) {
        if (ends[i].revents)
            code = listen_to(whose[i], i % 2 ? &whose[i]->output_end : &whose[i]->error_end, error);
        if (!code && i % 2 == 0 && whose[i]->output_end < 0 && whose[i]->error_end < 0)
            bury(crew, whose[i]);
    }
    return code;
}

/* No child is left behind: they are asked to end, and no longer read. */
static void dismiss(struct crew *crew)
{
    signal_all(crew, SIGTERM);
    for (size_t i = 0; i < crew->count; i++) {
        struct child *const child = &crew->children[i];
        if (child->output_end >= 0)
            close(child->output_end);
        if (child->error_end >= 0)
            close(child->error_end);
        child->output_end = child->error_end = -1;
        if (child->process > 0)
            bury(crew, child);
    }
}

/* From now on signals are read instead of delivered. */
static enum error_code watch(struct crew *crew, struct error *error)
{
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    sigprocmask(SIG_BLOCK, &watched, &crew->before);
    crew->signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    if (crew->signals >= 0)
        return ERROR_NONE;
    return error_system(error, "cannot watch for signals");
}

static void stop_watching(const struct crew *crew)
{
    if (crew->signals >= 0)
        close(crew->signals);
    sigprocmask(SIG_SETMASK, &crew->before, NULL);
}

/* What the caller sets stays. */
static void prepare(struct child *child)
{
    *child = (struct child){.name = child->name,
                            .arguments = child->arguments,
                            .kept = child->kept,
                            .own = child->own,
                            .exit_code = EXIT_RUN_FAILED,
                            .output = BUFFER(CHILD_MOST_OUTPUT),
                            .process = -1,
                            .output_end = -1,
                            .error_end = -1};
}

/* Start those that have not been, as many as there is room for. */
static enum error_code fill(struct crew *crew, struct error *error)
{
    const struct nursery *const nursery = crew->nursery;
    for (size_t i = 0; i < crew->count && !crew->interrupted && crew->running < crew->jobs; i++) {
        struct child *const child = &crew->children[i];
        if (child->started)
            continue;
        if (nursery) { /* a free place gets the next child */
            *child = (struct child){.name = NULL};
            prepare(child);
            if (!nursery->next(nursery->context, child))
                break;
            prepare(child);
        }
        if (start(crew, child, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* Places of children that have ended are free again. */
static enum error_code clear(struct crew *crew, const struct nursery *nursery, struct error *error)
{
    for (size_t i = 0; i < crew->count; i++) {
        struct child *const child = &crew->children[i];
        if (!child->started || child->process > 0)
            continue;
        const enum error_code code = nursery->ended(nursery->context, child, error);
        child->started = false;
        buffer_release(&child->output);
        if (code)
            return code;
    }
    return ERROR_NONE;
}

static enum error_code work(struct crew *crew, bool *interrupted, struct error *error)
{
    for (size_t i = 0; i < crew->count; i++)
        prepare(&crew->children[i]);
    enum error_code code = watch(crew, error);
    if (!code)
        code = fill(crew, error);
    while (!code && crew->running > 0) {
        code = attend(crew, error);
        if (!code && crew->nursery)
            code = clear(crew, crew->nursery, error);
        if (!code)
            code = fill(crew, error);
    }
    if (code)
        dismiss(crew);
    stop_watching(crew);
    *interrupted = crew->interrupted;
    return code;
}

enum error_code children_run(struct child *children, size_t count, size_t jobs, bool *interrupted,
                             struct error *error)
{
    struct crew crew = {.children = children,
                        .count = count,
                        .jobs = jobs > MOST_JOBS ? MOST_JOBS : jobs,
                        .signals = -1};
    return work(&crew, interrupted, error);
}

enum error_code children_run_from(const struct nursery *nursery, size_t jobs, bool *interrupted,
                                  struct error *error)
{
    const size_t places = jobs > MOST_JOBS ? MOST_JOBS : jobs;
    struct child *const children = calloc(places, sizeof *children);
    struct crew crew = {
        .children = children, .count = places, .jobs = places, .nursery = nursery, .signals = -1};
    if (!children)
        return error_memory(error, "processes");
    const enum error_code code = work(&crew, interrupted, error);
    children_release(children, places);
    free(children);
    return code;
}

void children_release(struct child *children, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_release(&children[i].output);
}
