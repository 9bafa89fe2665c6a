/* The state of a limit in a small file that processes lock in turn. */
#include "net/wire/rate_share.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { BOOT_SIZE = 40 };
static const char magic[8] = "tandemr1";

/* What is in the file. */
struct record {
    char magic[8];
    char boot[BOOT_SIZE]; /* which start of the machine monotonic times belong to */
    double tokens;
    int64_t filled_at, hold_until, day, today;
};

struct rate_share {
    int file;
    struct log *log;
    char boot[BOOT_SIZE];
    const volatile sig_atomic_t *interrupt; /* may be NULL */
    bool troubled;                          /* it was said */
    bool locked;
};

/* Different after each boot; empty if the system does not provide it. */
static void read_boot(char boot[BOOT_SIZE])
{
    const int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    memset(boot, 0, BOOT_SIZE);
    if (file < 0)
        return;
    if (read(file, boot, BOOT_SIZE - 1) < 0)
        memset(boot, 0, BOOT_SIZE);
    close(file);
}

enum error_code rate_share_open(const char *path, struct log *log,
                                const volatile sig_atomic_t *interrupt, struct rate_share **share,
                                struct error *error)
{
    struct rate_share *made = calloc(1, sizeof *made);
    *share = NULL;
    if (!made)
        return error_memory(error, "a rate limit");
    made->log = log;
    made->interrupt = interrupt;
    made->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (made->file < 0) {
        free(made);
        return error_system(error, "cannot open the rate limit '%s'", path);
    }
    read_boot(made->boot);
    *share = made;
    return ERROR_NONE;
}

void rate_share_close(struct rate_share *share)
{
    if (!share)
        return;
    close(share->file);
    free(share);
}

static void tell_trouble(struct rate_share *share)
{
    if (!share->troubled)
        log_write(share->log, LOG_WARN, "net",
                  "the rate limit cannot be shared with other processes: %s", strerror(errno));
    share->troubled = true;
}

/* Others hold it for a moment only. A process that keeps the lock does not hold up the others:
 * after PATIENCE_MS, or on an interrupt, they continue without it. */
static bool take_lock(struct rate_share *share)
{
    enum { PATIENCE_MS = 10000 };
    const struct timespec pause = {.tv_nsec = 1000000};
    for (int waited = 0; flock(share->file, LOCK_EX | LOCK_NB) != 0; waited++) {
        const bool in_use = errno == EWOULDBLOCK || errno == EINTR;
        if (!in_use || waited >= PATIENCE_MS || (share->interrupt && *share->interrupt)) {
            errno = in_use ? EWOULDBLOCK : errno;
            tell_trouble(share);
            return false;
        }
        nanosleep(&pause, NULL);
    }
    share->locked = true;
    return true;
}

void rate_share_enter(struct rate_share *share, struct rate_limit *limit)
{
    struct record record;
    if (!share || !take_lock(share))
        return;
    const ssize_t length = pread(share->file, &record, sizeof record, 0);
    if (length < 0)
        tell_trouble(share);
    if (length != (ssize_t)sizeof record || memcmp(record.magic, magic, sizeof magic) != 0)
        return;
    if (record.day >= limit->day) { /* another one may have seen midnight first */
        limit->day = record.day;
        limit->today = record.today;
    }
    if (memcmp(record.boot, share->boot, sizeof record.boot) != 0)
        return;
    limit->tokens = record.tokens < limit->burst ? record.tokens : limit->burst;
    limit->filled_at = record.filled_at;
    limit->hold_until = record.hold_until;
}

void rate_share_leave(struct rate_share *share, const struct rate_limit *limit)
{
    if (!share || !share->locked)
        return;
    struct record record = {.tokens = limit->tokens,
                            .filled_at = limit->filled_at,
                            .hold_until = limit->hold_until,
                            .day = limit->day,
                            .today = limit->today};
    memcpy(record.magic, magic, sizeof magic);
    memcpy(record.boot, share->boot, sizeof record.boot);
    if (pwrite(share->file, &record, sizeof record, 0) != (ssize_t)sizeof record)
        tell_trouble(share);
    flock(share->file, LOCK_UN);
    share->locked = false;
}

int64_t rate_share_used(const char *path, instant now)
{
    enum { DAY_MS = 24 * 3600 * 1000 };
    struct record record;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    const bool whole = pread(file, &record, sizeof record, 0) == (ssize_t)sizeof record &&
                       memcmp(record.magic, magic, sizeof magic) == 0;
    close(file);
    return whole && record.day == now / DAY_MS ? record.today : 0;
}
