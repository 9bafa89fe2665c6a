/* The last resort: a thread that ends the process when a script can't be ended. */
#include "script/sandbox/sandbox_private.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOOK_MS = 100, NAME_SIZE = 128 };

/* Everything under the mutex: entering a script is rare compared to a lock's cost. */
struct sandbox_watchdog {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool stopping;
    bool inside;
    char name[NAME_SIZE];
    clockid_t cpu_clock; /* of the thread that runs the script */
    int64_t cpu_end, wall_end, grace;
};

static void end_process(const struct sandbox_watchdog *watchdog)
{
    char message[256];
    const int length = snprintf(
        message, sizeof message,
        "tandem: the script of '%s' exceeded its time limit and could not be interrupted, so the "
        "run was ended; finished iterations are kept\n",
        watchdog->name);
    if (length > 0 && write(STDERR_FILENO, message, (size_t)length) < 0)
        _exit(1);
    _exit(1);
}

static bool is_overdue(const struct sandbox_watchdog *watchdog)
{
    return watchdog->inside &&
           (sandbox_clock(CLOCK_MONOTONIC) > watchdog->wall_end + watchdog->grace ||
            sandbox_clock(watchdog->cpu_clock) > watchdog->cpu_end + watchdog->grace);
}

static void *watch(void *context)
{
    struct sandbox_watchdog *const watchdog = context;
    pthread_mutex_lock(&watchdog->mutex);
    while (!watchdog->stopping) {
        const int64_t next = sandbox_clock(CLOCK_MONOTONIC) + (int64_t)LOOK_MS * NANOSECONDS;
        const struct timespec until = {next / 1000000000, next % 1000000000};
        (void)pthread_cond_timedwait(&watchdog->wake, &watchdog->mutex, &until);
        if (is_overdue(watchdog))
            end_process(watchdog);
    }
    pthread_mutex_unlock(&watchdog->mutex);
    return NULL;
}

enum error_code sandbox_watchdog_start(int64_t grace_ms, struct sandbox_watchdog **out,
                                       struct error *error)
{
    *out = NULL;
    struct sandbox_watchdog *const watchdog = calloc(1, sizeof *watchdog);
    if (!watchdog)
        return error_memory(error, "the watchdog");
    watchdog->grace = grace_ms * NANOSECONDS;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&watchdog->mutex, NULL);
    pthread_cond_init(&watchdog->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    const int failure = pthread_create(&watchdog->thread, NULL, watch, watchdog);
    if (failure != 0) {
        pthread_cond_destroy(&watchdog->wake);
        pthread_mutex_destroy(&watchdog->mutex);
        free(watchdog);
        return error_set(error, ERROR_SYSTEM, "cannot start the watchdog thread: %s",
                         strerror(failure));
    }
    *out = watchdog;
    return ERROR_NONE;
}

void sandbox_watchdog_stop(struct sandbox_watchdog *watchdog)
{
    if (!watchdog)
        return;
    pthread_mutex_lock(&watchdog->mutex);
    watchdog->stopping = true;
    pthread_cond_signal(&watchdog->wake);
    pthread_mutex_unlock(&watchdog->mutex);
    pthread_join(watchdog->thread, NULL);
    pthread_cond_destroy(&watchdog->wake);
    pthread_mutex_destroy(&watchdog->mutex);
    free(watchdog);
}

void sandbox_watchdog_enter(struct sandbox_watchdog *watchdog, const char *name, int64_t cpu_end,
                            int64_t wall_end)
{
    if (!watchdog)
        return;
    pthread_mutex_lock(&watchdog->mutex);
    watchdog->inside = true;
    (void)snprintf(watchdog->name, sizeof watchdog->name, "%s", name);
    (void)pthread_getcpuclockid(pthread_self(), &watchdog->cpu_clock);
    watchdog->cpu_end = cpu_end;
    watchdog->wall_end = wall_end;
    pthread_mutex_unlock(&watchdog->mutex);
}

void sandbox_watchdog_leave(struct sandbox_watchdog *watchdog)
{
    if (!watchdog)
        return;
    pthread_mutex_lock(&watchdog->mutex);
    watchdog->inside = false;
    pthread_mutex_unlock(&watchdog->mutex);
}
