/* One rate limit for several processes, by way of a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/wire/rate_share.h"

static const int64_t DAY_MS = INT64_C(86400000);
static char path[64];

static int begin(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/test_rate_share.%ld", (long)getpid());
    unlink(path);
    return 0;
}

static int end(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static int64_t now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static struct rate_share *open_share(void)
{
    struct rate_share *share = NULL;
    struct error error;
    assert_int_equal(rate_share_open(path, NULL, NULL, &share, &error), ERROR_NONE);
    return share;
}

/* One turn, if there is one. */
static bool take(struct rate_share *share, struct rate_limit *limit, int64_t at, instant now)
{
    rate_share_enter(share, limit);
    const bool free = rate_limit_wait(limit, 1, at, now) == 0;
    if (free)
        rate_limit_take(limit, 1);
    rate_share_leave(share, limit);
    return free;
}

/* Processes that all take as fast as they can. */
static void test_rate_share__keeps_the_rate_of_all(void **state)
{
    enum { PROCESSES = 4, MS = 500 };
    int results[2], total = 0;
    (void)state;
    assert_int_equal(pipe(results), 0);
    const int64_t start = now_ms();
    for (int i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            struct rate_limit limit;
            struct rate_share *share = open_share();
            int taken = 0;
            rate_limit_init(&limit, 200, 5, 0, start, 0);
            while (now_ms() < start + MS)
                taken += take(share, &limit, now_ms(), 0);
            rate_share_close(share);
            _exit(write(results[1], &taken, sizeof taken) == sizeof taken ? 0 : 1);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status = 1, taken = 0;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
        assert_int_equal(read(results[0], &taken, sizeof taken), sizeof taken);
        total += taken;
    }
    close(results[0]);
    close(results[1]);
    assert_in_range(total, 95, 200 * MS / 1000 + 5);
}

static void test_rate_share__outlives_processes(void **state)
{
    struct rate_limit limit;
    (void)state;
    for (int i = 0; i < 5; i++) {
        struct rate_share *share = open_share();
        rate_limit_init(&limit, 0, 0, 3, 1000, 5 * DAY_MS);
        assert_int_equal(take(share, &limit, 1000, 5 * DAY_MS), i < 3);
        rate_share_close(share);
    }
    /* the next day has its own, and a clock that is set back gets no new one */
    struct rate_share *share = open_share();
    rate_limit_init(&limit, 0, 0, 3, 1000, 6 * DAY_MS);
    for (int i = 0; i < 3; i++)
        assert_true(take(share, &limit, 1000, 6 * DAY_MS));
    rate_limit_init(&limit, 0, 0, 3, 1000, 5 * DAY_MS);
    assert_false(take(share, &limit, 1000, 5 * DAY_MS));
    rate_share_close(share);
}

static void test_rate_share__shares_a_pause(void **state)
{
    struct rate_limit one, other;
    (void)state;
    struct rate_share *share = open_share();
    rate_limit_init(&one, 100, 1, 0, 1000, 0);
    rate_limit_init(&other, 100, 1, 0, 1000, 0);
    rate_share_enter(share, &one);
    rate_limit_hold(&one, 9000);
    rate_share_leave(share, &one);
    assert_false(take(share, &other, 8999, 0));
    assert_true(take(share, &other, 9000, 0));
    rate_share_close(share);
}

/* Monotonic times mean nothing after the machine was started again. */
static void test_rate_share__forgets_times_of_another_start(void **state)
{
    static const char elsewhere[] = "another-start";
    struct rate_limit limit;
    (void)state;
    struct rate_share *share = open_share();
    rate_limit_init(&limit, 100, 1, 5, 1000, 0);
    assert_true(take(share, &limit, 1000, 0));
    rate_share_enter(share, &limit);
    rate_limit_hold(&limit, INT64_C(1000000000));
    rate_share_leave(share, &limit);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, 8, SEEK_SET), 0);
    assert_int_equal(fwrite(elsewhere, 1, sizeof elsewhere, file), sizeof elsewhere);
    assert_int_equal(fclose(file), 0);
    rate_limit_init(&limit, 100, 1, 5, 10, 0);
    assert_true(take(share, &limit, 10, 0));
    assert_int_equal(limit.today, 2);
    rate_share_close(share);
}

static void test_rate_share__takes_no_rubbish(void **state)
{
    struct rate_limit limit;
    (void)state;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++)
        fputs("rubbish ", file);
    assert_int_equal(fclose(file), 0);
    struct rate_share *share = open_share();
    rate_limit_init(&limit, 100, 1, 5, 1000, 0);
    assert_true(take(share, &limit, 1000, 0));
    assert_false(take(share, &limit, 1000, 0));
    rate_share_close(share);
}

/* Whoever can open the file may keep its lock: that holds up nobody who is told to end. */
static void test_rate_share__a_signal_ends_the_wait_for_a_lock(void **state)
{
    (void)state;
    const volatile sig_atomic_t interrupt = 1;
    struct rate_share *share = NULL;
    struct rate_limit limit;
    struct error error;
    rate_limit_init(&limit, 1000, 1, 0, now_ms(), 0);
    assert_int_equal(rate_share_open(path, NULL, &interrupt, &share, &error), ERROR_NONE);
    const int other = open(path, O_RDWR | O_CLOEXEC);
    assert_true(other >= 0);
    assert_int_equal(flock(other, LOCK_EX), 0);
    (void)alarm(30); /* before it was mended it waited for as long as the lock was held */
    const int64_t started = now_ms();
    rate_share_enter(share, &limit);
    rate_share_leave(share, &limit);
    assert_true(now_ms() - started < 5000);
    (void)alarm(0);
    close(other);
    rate_share_close(share);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rate_share__keeps_the_rate_of_all, begin, end),
        cmocka_unit_test_setup_teardown(test_rate_share__outlives_processes, begin, end),
        cmocka_unit_test_setup_teardown(test_rate_share__shares_a_pause, begin, end),
        cmocka_unit_test_setup_teardown(test_rate_share__forgets_times_of_another_start, begin,
                                        end),
        cmocka_unit_test_setup_teardown(test_rate_share__takes_no_rubbish, begin, end),
        cmocka_unit_test_setup_teardown(test_rate_share__a_signal_ends_the_wait_for_a_lock, begin,
                                        end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
