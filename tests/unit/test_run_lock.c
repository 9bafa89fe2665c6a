#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/home.h"
#include "host/run_lock.h"

/* A store that is not there yet. */
static const char *store_of(const struct home *home)
{
    static char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/var/tandem.db", home->path);
    return path;
}

static int make_home(void **state)
{
    struct home *const home = calloc(1, sizeof *home);
    snprintf(home->path, sizeof home->path, "/tmp/tandem-lock.XXXXXX");
    if (!mkdtemp(home->path))
        return -1;
    *state = home;
    return 0;
}

static int remove_home(void **state)
{
    struct home *const home = *state;
    struct error error;
    char path[PATH_MAX];
    for (int i = 0; i < 2; i++) {
        if (!home_path(home, path, &error, "var/lock/%s.lock", i ? "two" : "one"))
            unlink(path);
    }
    if (!home_path(home, path, &error, "var/lock"))
        rmdir(path);
    if (!home_path(home, path, &error, "var"))
        rmdir(path);
    rmdir(home->path);
    free(home);
    return 0;
}

/* What another process gets when it tries: the error's code. */
static int in_child(const struct home *home, const char *name, bool die_with_it)
{
    const pid_t child = fork();
    if (child == 0) {
        struct run_lock lock;
        struct error error;
        const enum error_code code = run_lock_take(store_of(home), name, "run", 0, &lock, &error);
        if (code == ERROR_LOCKED && !strstr(error.message, "process"))
            _exit(99);
        if (!die_with_it)
            run_lock_release(&lock);
        _exit((int)code);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

static void test_run_lock__one_at_a_time(void **state)
{
    const struct home *const home = *state;
    struct run_lock lock;
    struct error error;
    assert_int_equal(run_lock_take(store_of(home), "one", "run", 0, &lock, &error), ERROR_NONE);
    assert_int_equal(in_child(home, "one", false), ERROR_LOCKED);
    assert_int_equal(in_child(home, "two", false), ERROR_NONE);
    run_lock_release(&lock);
    assert_int_equal(in_child(home, "one", false), ERROR_NONE);
    run_lock_release(&lock); /* again is harmless */
}

static void test_run_lock__names_the_owner(void **state)
{
    const struct home *const home = *state;
    struct run_lock lock, second;
    struct error error;
    char pid[32];
    assert_int_equal(run_lock_take(store_of(home), "one", "run", 1500, &lock, &error), ERROR_NONE);
    assert_int_equal(run_lock_take(store_of(home), "one", "run", 0, &second, &error), ERROR_LOCKED);
    snprintf(pid, sizeof pid, "process %ld", (long)getpid());
    assert_non_null(strstr(error.message, pid));
    assert_non_null(strstr(error.message, "1970-01-01T00:00:01.500Z"));
    run_lock_release(&lock);
}

static void test_run_lock__dies_with_its_process(void **state)
{
    const struct home *const home = *state;
    struct run_lock lock;
    struct error error;
    assert_int_equal(in_child(home, "one", true), ERROR_NONE);
    assert_int_equal(run_lock_take(store_of(home), "one", "run", 0, &lock, &error), ERROR_NONE);
    run_lock_release(&lock);
}

/* A worker goes on while its parent is gone: the lock is free only when both have ended. */
static void test_run_lock__shared_with_a_child(void **state)
{
    const struct home *const home = *state;
    struct run_lock lock, other;
    struct error error;
    int go[2], status = 0;
    char byte = 0;
    assert_int_equal(pipe(go), 0);
    assert_int_equal(run_lock_take(store_of(home), "one", "backfill", 0, &lock, &error),
                     ERROR_NONE);
    const pid_t child = fork();
    if (child == 0) {
        struct run_lock shared;
        close(go[1]);
        const enum error_code code =
            run_lock_share(store_of(home), "one", lock.descriptor, &shared, &error);
        const ssize_t ended = read(go[0], &byte, 1); /* until the parent says so */
        run_lock_release(&shared);
        _exit(ended == 0 ? (int)code : 99);
    }
    close(go[0]);
    close(lock.descriptor); /* as if it had been killed */
    assert_int_equal(run_lock_take(store_of(home), "one", "run", 0, &other, &error), ERROR_LOCKED);
    assert_non_null(strstr(error.message, "another backfill of 'one' is in progress: process "));
    close(go[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), ERROR_NONE);
    assert_int_equal(run_lock_take(store_of(home), "one", "run", 0, &other, &error), ERROR_NONE);
    run_lock_release(&other);
}

static void test_run_lock__shares_only_what_is_held(void **state)
{
    const struct home *const home = *state;
    struct run_lock lock, shared;
    struct error error;
    assert_int_equal(run_lock_share(store_of(home), "one", STDIN_FILENO, &shared, &error),
                     ERROR_USAGE);
    assert_int_equal(run_lock_take(store_of(home), "two", "run", 0, &lock, &error), ERROR_NONE);
    assert_int_equal(run_lock_share(store_of(home), "one", lock.descriptor, &shared, &error),
                     ERROR_USAGE);
    run_lock_release(&lock);
}

/* Two homes with links to one store meet at the store. */
static void test_run_lock__excludes_by_the_store(void **state)
{
    const struct home *const home = *state;
    struct run_lock lock, other;
    struct error error;
    char link_path[PATH_MAX + 16];
    assert_int_equal(run_lock_take(store_of(home), "one", "run", 0, &lock, &error), ERROR_NONE);
    FILE *const file = fopen(store_of(home), "w");
    assert_non_null(file);
    fclose(file);
    snprintf(link_path, sizeof link_path, "%s/elsewhere.db", home->path);
    assert_int_equal(symlink(store_of(home), link_path), 0);
    assert_int_equal(run_lock_take(link_path, "one", "run", 0, &other, &error), ERROR_LOCKED);
    unlink(link_path);
    unlink(store_of(home));
    run_lock_release(&lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_run_lock__excludes_by_the_store, make_home,
                                        remove_home),
        cmocka_unit_test_setup_teardown(test_run_lock__one_at_a_time, make_home, remove_home),
        cmocka_unit_test_setup_teardown(test_run_lock__names_the_owner, make_home, remove_home),
        cmocka_unit_test_setup_teardown(test_run_lock__dies_with_its_process, make_home,
                                        remove_home),
        cmocka_unit_test_setup_teardown(test_run_lock__shared_with_a_child, make_home, remove_home),
        cmocka_unit_test_setup_teardown(test_run_lock__shares_only_what_is_held, make_home,
                                        remove_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
