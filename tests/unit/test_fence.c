/* fence: what a process can no longer do, tried in a child. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/fence.h"

static char folder[] = "/tmp/tandem-fence-XXXXXX";

/* Exit code of a child that puts up the fence and does `work`; 99: it was ended by a signal. */
static int in_fence(int (*work)(const struct fence_state *state))
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct error error;
        struct fence_state state;
        const struct fence fence = {.address_space = UINT64_C(1) << 31,
                                    .cpu_seconds = 600,
                                    .folders = {folder, "/does/not/exist"},
                                    .folder_count = 2};
        _exit(fence_enter(&fence, &state, &error) ? 98 : work(&state));
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static int look_at_limits(const struct fence_state *state)
{
    struct rlimit core, cpu;
    (void)state;
    if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0)
        return 1;
    if (getrlimit(RLIMIT_CPU, &cpu) != 0 || cpu.rlim_max > 600)
        return 2;
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 3;
}

static int look_at_memory(const struct fence_state *state)
{
#if defined(__SANITIZE_ADDRESS__)
    (void)state;
    return 0;
#else
    (void)state;
    void *const block = mmap(NULL, (size_t)1 << 32, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return block == MAP_FAILED && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 1;
#endif
}

static bool can_write(const char *path)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0)
        close(file);
    return file >= 0;
}

static int write_files(const struct fence_state *state)
{
    char inside[64], outside[64], moved[64];
    (void)snprintf(inside, sizeof inside, "%s/inside", folder);
    (void)snprintf(moved, sizeof moved, "%s/moved", folder);
    (void)snprintf(outside, sizeof outside, "%s.outside", folder);
    if (!can_write(inside) || truncate(inside, 0) != 0 || rename(inside, moved) != 0 ||
        unlink(moved) != 0 || !can_write("/dev/null") || access("/etc/passwd", R_OK) != 0)
        return 1;
    const bool escaped = can_write(outside);
    if (escaped)
        unlink(outside);
    return escaped == (state->landlock == 0) ? 0 : 2;
}

static int execute(const struct fence_state *state)
{
    char *const arguments[] = {(char *)"/bin/true", NULL};
    if (state->landlock == 0 && !state->seccomp)
        return 0;
    execv(arguments[0], arguments);
    return errno == EPERM || errno == EACCES ? 0 : 1;
}

static int use_the_network(const struct fence_state *state)
{
    (void)state;
    const int stream = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return stream < 0 ? 1 : 0;
}

static void test_fence__holds(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(in_fence(look_at_limits), 0);
    assert_int_equal(in_fence(look_at_memory), 0);
    assert_int_equal(in_fence(write_files), 0);
    assert_int_equal(in_fence(execute), 0);
    assert_int_equal(in_fence(use_the_network), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fence__holds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
