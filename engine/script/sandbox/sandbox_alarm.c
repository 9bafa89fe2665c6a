/* Checks the time where Lua counts nothing: when long texts are compared, or when a C function
 * converts megabytes of digits to a number. A timer of the kernel's sends the thread a signal, and
 * its handler sets the hook that looks (Lua allows just that in a handler), so that it runs as soon
 * as the C function returns. */
#include "script/sandbox/sandbox_private.h"

#include <string.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

enum { EVERY_MS = 50 }; /* of CPU time */

/* Nothing else uses the signals from SIGRTMIN on; its number depends on the C library. */
static int alarm_signal(void)
{
    return SIGRTMIN + 3;
}

static void on_alarm(int signal, siginfo_t *info, void *context)
{
    const struct sandbox *const sandbox = info->si_value.sival_ptr;
    (void)signal;
    (void)context;
    if (sandbox->running)
        lua_sethook(sandbox->running, sandbox_hook, LUA_MASKCOUNT, 1);
}

/* Without a timer there are still the regular checks of the time, and the watchdog. */
void sandbox_alarm_set(struct sandbox *sandbox)
{
    struct sigaction action;
    struct sigevent event;
    memset(&action, 0, sizeof action);
    memset(&event, 0, sizeof event);
    action.sa_sigaction = on_alarm;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = alarm_signal();
    event.sigev_value.sival_ptr = sandbox;
    event.sigev_notify_thread_id = gettid();
    const struct timespec every = {.tv_nsec = (long)EVERY_MS * NANOSECONDS};
    const struct itimerspec times = {.it_interval = every, .it_value = every};
    sandbox->has_alarm = sigaction(alarm_signal(), &action, NULL) == 0 &&
                         timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &sandbox->alarm) == 0;
    if (sandbox->has_alarm)
        (void)timer_settime(sandbox->alarm, 0, &times, NULL);
}

void sandbox_alarm_clear(struct sandbox *sandbox)
{
    if (sandbox->has_alarm)
        (void)timer_delete(sandbox->alarm);
    sandbox->has_alarm = false;
    sandbox->running = NULL;
}
