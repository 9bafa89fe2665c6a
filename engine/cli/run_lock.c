#include "cli/run_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Who holds it, from the file: "PID START". */
static enum error_code tell_owner(int descriptor, const char *integration, struct error *error)
{
    char content[128] = "";
    const ssize_t length = pread(descriptor, content, sizeof content - 1, 0);
    content[length > 0 ? length : 0] = '\0';
    content[strcspn(content, "\n")] = '\0';
    const size_t pid = strcspn(content, " ");
    if (!content[pid])
        return error_set(error, ERROR_LOCKED, "another run of '%s' is under way", integration);
    return error_set(error, ERROR_LOCKED,
                     "another run of '%s' is under way: process %.*s, since %s", integration,
                     (int)pid, content, content + pid + 1);
}

enum error_code run_lock_take(const struct home *home, const char *integration, instant now,
                              struct run_lock *lock, struct error *error)
{
    char path[PATH_MAX], started[INSTANT_TEXT_SIZE], content[128];
    enum error_code code = ERROR_NONE;
    int descriptor = -1;

    lock->descriptor = -1;
    if ((code = home_path(home, path, error, "var/lock")) ||
        (code = home_make_folder(path, error)) ||
        (code = home_path(home, path, error, "var/lock/%s.lock", integration)))
        return code;
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return error_set(error, ERROR_SYSTEM, "cannot open the lock '%s': %s", path,
                         strerror(errno));
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        code = errno == EWOULDBLOCK
                   ? tell_owner(descriptor, integration, error)
                   : error_set(error, ERROR_SYSTEM, "cannot lock '%s': %s", path, strerror(errno));
        goto out;
    }
    const int length =
        snprintf(content, sizeof content, "%ld %s\n", (long)getpid(), instant_format(now, started));
    if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, content, (size_t)length, 0) != length) {
        code =
            error_set(error, ERROR_SYSTEM, "cannot write the lock '%s': %s", path, strerror(errno));
        goto out;
    }
    lock->descriptor = descriptor;
    descriptor = -1;
out:
    if (descriptor >= 0)
        close(descriptor);
    return code;
}

void run_lock_release(struct run_lock *lock)
{
    if (lock->descriptor < 0)
        return;
    /* The file stays: removing it would let two processes lock two files of one name. */
    if (ftruncate(lock->descriptor, 0) != 0) { /* what it says is only for people */
    }
    close(lock->descriptor);
    lock->descriptor = -1;
}
