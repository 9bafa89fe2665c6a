/* A shell that gets the message; files without names, so that no pipe can fill up. */
#include "service/notify/channel.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { PATIENCE_MS = 60000, STEP_MS = 20, SAID = 512 };

static bool write_all(int file, struct text text)
{
    while (text.length > 0) {
        const ssize_t written = write(file, text.bytes, text.length);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0)
            text = (struct text){text.bytes + written, text.length - (size_t)written};
    }
    return lseek(file, 0, SEEK_SET) == 0;
}

static int start(const char *command, int input, int output, pid_t *child)
{
    char shell[] = "sh", option[] = "-c", line[4096];
    char *const words[] = {shell, option, line, NULL};
    posix_spawn_file_actions_t actions;
    snprintf(line, sizeof line, "%s", command);
    const int ends[] = {input, output, output}; /* for 0, 1 and 2 */
    int trouble = posix_spawn_file_actions_init(&actions);
    if (trouble)
        return trouble;
    for (int i = 0; !trouble && i < 3; i++)
        trouble = posix_spawn_file_actions_adddup2(&actions, ends[i], i);
    if (!trouble)
        trouble = posix_spawn(child, "/bin/sh", &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    return trouble;
}

/* How it ended; false if it did not end in time. */
static bool wait_for(pid_t child, int *status)
{
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};
    for (int waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
        if (waitpid(child, status, WNOHANG) == child)
            return true;
        nanosleep(&step, NULL);
    }
    kill(child, SIGKILL);
    waitpid(child, status, 0);
    return false;
}

static void last_line(int output, char said[SAID])
{
    const off_t size = lseek(output, 0, SEEK_END);
    const ssize_t length = pread(output, said, SAID - 1, size > SAID - 1 ? size - (SAID - 1) : 0);
    said[length > 0 ? length : 0] = '\0';
    size_t end = strlen(said);
    while (end > 0 && said[end - 1] == '\n')
        said[--end] = '\0';
    const char *const line = strrchr(said, '\n');
    if (line)
        memmove(said, line + 1, strlen(line));
}

enum error_code channel_command(const struct notify_settings *settings,
                                const struct message *message, struct error *error)
{
    const int input = memfd_create("message", MFD_CLOEXEC),
              output = memfd_create("said", MFD_CLOEXEC);
    char said[SAID] = "";
    enum error_code code = ERROR_NONE;
    pid_t child = 0;
    int status = 0, trouble = 0;
    if (input < 0 || output < 0 || !write_all(input, message->body))
        code = error_system(error, "cannot keep a message");
    if (!code)
        trouble = start(settings->command.bytes, input, output, &child);
    if (!code && trouble)
        code = error_set(error, ERROR_SYSTEM, "cannot start a shell: %s", strerror(trouble));
    if (!code && !wait_for(child, &status))
        code = error_set(error, ERROR_TRANSPORT, "'notify.command' did not end within a minute");
    if (!code && status != 0) {
        last_line(output, said);
        code = error_set(error, ERROR_TRANSPORT, "'notify.command' failed%s%s", said[0] ? ": " : "",
                         said);
    }
    if (input >= 0)
        close(input);
    if (output >= 0)
        close(output);
    return code;
}
