/* A file lock that the kernel releases when its process ends. */
#include "host/run_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/home.h"

/* The default name of the store: its locks need no extra name. */
static const char usual_name[] = "tandem.db";

/* Who holds it, from the file: "PURPOSE PID START". */
static enum error_code tell_owner(int descriptor, const char *integration, struct error *error)
{
    char content[128] = "";
    const ssize_t length = pread(descriptor, content, sizeof content - 1, 0);
    content[length > 0 ? length : 0] = '\0';
    content[strcspn(content, "\n")] = '\0';
    const size_t purpose = strcspn(content, " ");
    const size_t pid = purpose + (content[purpose] ? 1 + strcspn(content + purpose + 1, " ") : 0);
    if (!content[pid])
        return error_set(error, ERROR_LOCKED, "another run of '%s' is in progress", integration);
    return error_set(error, ERROR_LOCKED,
                     "another %.*s of '%s' is in progress: process %.*s, since %s", (int)purpose,
                     content, integration, (int)(pid - purpose - 1), content + purpose + 1,
                     content + pid + 1);
}

enum error_code run_lock_path(const char *store, const char *integration, const char *kind,
                              char path[PATH_MAX], struct error *error)
{
    char real[PATH_MAX];
    int length = 0;
    if (!realpath(store, real))
        (void)snprintf(real, sizeof real, "%s", store);
    char *const slash = strrchr(real, '/');
    const char *const folder = slash ? real : ".", *const base = slash ? slash + 1 : real;
    const bool usual = strcmp(base, usual_name) == 0;
    if (slash)
        *slash = '\0';
    length = snprintf(path, PATH_MAX, "%s/lock", folder);
    if (length < PATH_MAX && home_make_folder(path, error))
        return error->code;
    length += snprintf(path + length, length < PATH_MAX ? (size_t)(PATH_MAX - length) : 0,
                       "/%s%s%s.%s", usual ? "" : base, usual ? "" : ".", integration, kind);
    return length < PATH_MAX ? ERROR_NONE
                             : error_set(error, ERROR_CONFIGURATION,
                                         "the path of the store '%.200s...' is too long", store);
}

/* ERROR_LOCKED if another process has it. */
static enum error_code try_lock(int descriptor, const char *integration, struct error *error)
{
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        return ERROR_NONE;
    if (errno == EWOULDBLOCK)
        return tell_owner(descriptor, integration, error);
    return error_system(error, "cannot lock '%s'", integration);
}

enum error_code run_lock_take(const char *store, const char *integration, const char *purpose,
                              instant now, struct run_lock *lock, struct error *error)
{
    char path[PATH_MAX], started[INSTANT_TEXT_SIZE], content[128];

    *lock = (struct run_lock){.descriptor = -1};
    if (run_lock_path(store, integration, "lock", path, error))
        return error->code;
    const int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return error_system(error, "cannot open the lock '%s'", path);
    const int length = snprintf(content, sizeof content, "%s %ld %s\n", purpose, (long)getpid(),
                                instant_format(now, started));
    enum error_code code = try_lock(descriptor, integration, error);
    if (!code &&
        (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, content, (size_t)length, 0) != length))
        code = error_system(error, "cannot write the lock '%s'", path);
    if (code)
        close(descriptor);
    else
        lock->descriptor = descriptor;
    return code;
}

enum error_code run_lock_share(const char *store, const char *integration, int descriptor,
                               struct run_lock *lock, struct error *error)
{
    char path[PATH_MAX];
    struct stat wanted, given;
    *lock = (struct run_lock){.descriptor = -1};
    if (run_lock_path(store, integration, "lock", path, error))
        return error->code;
    if (fstat(descriptor, &given) != 0 || stat(path, &wanted) != 0 ||
        given.st_dev != wanted.st_dev || given.st_ino != wanted.st_ino)
        return error_set(error, ERROR_USAGE,
                         "the lock of '%s' is not open as descriptor %d; slices are begun by "
                         "'tandem backfill'",
                         integration, descriptor);
    /* Nothing happens if the parent holds it: both share the open file that holds the lock. */
    if (try_lock(descriptor, integration, error))
        return error->code;
    if (fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0)
        return error_system(error, "cannot keep the lock '%s'", path);
    *lock = (struct run_lock){.descriptor = descriptor, .shared = true};
    return ERROR_NONE;
}

bool run_lock_is_held(const char *store, const char *integration)
{
    char path[PATH_MAX], content[128] = "";
    int64_t process = 0;
    struct error ignored = {.code = ERROR_NONE};
    if (run_lock_path(store, integration, "lock", path, &ignored))
        return false;
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t length = descriptor < 0 ? 0 : read(descriptor, content, sizeof content - 1);
    if (descriptor >= 0)
        close(descriptor);
    content[length > 0 ? length : 0] = '\0';
    const size_t begin = strcspn(content, " ");
    const char *const word = content[begin] ? content + begin + 1 : content + begin;
    return text_to_integer((struct text){word, strcspn(word, " ")}, &process) && process > 0 &&
           (kill((pid_t)process, 0) == 0 || errno == EPERM);
}

void run_lock_release(struct run_lock *lock)
{
    if (lock->descriptor < 0)
        return;
    /* The file stays: removing it would let two processes lock two files of one name. */
    if (!lock->shared && ftruncate(lock->descriptor, 0) != 0) { /* its content is only for people */
    }
    close(lock->descriptor);
    lock->descriptor = -1;
}
