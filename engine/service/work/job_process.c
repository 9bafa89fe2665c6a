/* Starting and stopping the process of a job. */
#include "service/work/job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NOT_STARTED = 127, REPORT_END = 3 };

/* A file without a name, or one that is unlinked at once if the file system does not support
 * that. */
static int open_result(const char *folder)
{
    char name[4096];
    int descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor >= 0)
        return descriptor;
    snprintf(name, sizeof name, "%s/result-XXXXXX", folder);
    descriptor = mkostemp(name, O_CLOEXEC);
    if (descriptor >= 0)
        unlink(name);
    return descriptor;
}

/* After the fork: only calls that are safe there. */
static void become(char *const *words, int result, int errors, int report, pid_t parent)
{
    sigset_t none;
    const int nothing = open("/dev/null", O_RDONLY);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigemptyset(&none);
    if (getppid() != parent || nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 ||
        dup2(result, STDOUT_FILENO) < 0 || dup2(errors, STDERR_FILENO) < 0 ||
        (report == REPORT_END ? fcntl(report, F_SETFD, 0) : dup2(report, REPORT_END)) < 0)
        _exit(NOT_STARTED);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv("/proc/self/exe", words);
    _exit(NOT_STARTED);
}

enum error_code job_start(struct job *job, const char *home, const char *folder,
                          struct error *error)
{
    static char program[] = "tandem", option[] = "--home";
    char *words[JOB_WORDS + 4] = {program, option, (char *)(uintptr_t)home};
    int errors[2] = {-1, -1}, report[2] = {-1, -1};
    const pid_t parent = getpid();
    pid_t process = -1;
    for (size_t i = 0; i < JOB_WORDS && job->words[i]; i++)
        words[i + 3] = job->words[i];
    job->result = open_result(folder);
    if (job->result >= 0 && pipe2(errors, O_CLOEXEC) == 0 && pipe2(report, O_CLOEXEC) == 0) {
        process = fork();
        if (process == 0)
            become(words, job->result, errors[1], report[1], parent);
    }
    const int reason = errno;
    if (errors[1] >= 0)
        close(errors[1]);
    if (report[1] >= 0)
        close(report[1]);
    job->errors.descriptor = errors[0];
    job->reports.descriptor = report[0];
    if (process < 0) {
        job->status = JOB_FAILED;
        job->finished = instant_now();
        snprintf(job->message, sizeof job->message, "cannot start a process: %s", strerror(reason));
        return error_set(error, ERROR_SYSTEM, "%s", job->message);
    }
    job->process = process;
    job->exit_end = (int)syscall(SYS_pidfd_open, process, 0);
    fcntl(job->errors.descriptor, F_SETFL, O_NONBLOCK);
    fcntl(job->reports.descriptor, F_SETFL, O_NONBLOCK);
    return ERROR_NONE;
}

void job_stop(struct job *job, instant now)
{
    if (job_is_over(job))
        return;
    job->status = JOB_STOPPING;
    if (job->stop_asked == INSTANT_NONE)
        job->stop_asked = now;
    job->stops++;
    if (job->process > 0)
        kill(job->process, SIGTERM);
}
