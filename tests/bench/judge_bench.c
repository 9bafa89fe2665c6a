/* judge_bench: nanoseconds of one decision by the judge, and of a compare of two integers. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "model/judge.h"

enum { DECISIONS = 5 * 1000 * 1000, CASES = 8 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Cases that different modes decide: base, hard, best, fuzzy, nobody. */
static void make_cases(const struct value *values, struct judge_side *left,
                       struct judge_side *right, struct base *base)
{
    for (size_t i = 0; i < CASES; i++) {
        left[i] = (struct judge_side){.value = &values[0],
                                      .fingerprint = value_fingerprint(&values[0]),
                                      .certain = 1000 + (instant)i,
                                      .possible = 1000 + (instant)i};
        right[i] = (struct judge_side){.value = &values[1],
                                       .fingerprint = value_fingerprint(&values[1]),
                                       .certain = i % 3 ? 1004 : INSTANT_NONE,
                                       .possible = i % 4 ? 1004 : INSTANT_NONE};
        base[i] =
            i % 2 ? (struct base){left[i].fingerprint, left[i].fingerprint} : (struct base){0};
    }
}

int main(void)
{
    const struct value values[] = {value_text(VALUE_TYPE_TEXT, TEXT("Kim")),
                                   value_text(VALUE_TYPE_STRING, TEXT("Lee"))};
    const struct judge judge = judge_default();
    struct judge_side left[CASES], right[CASES];
    struct base base[CASES];
    volatile unsigned sum = 0;
    make_cases(values, left, right, base);

    const double started = now();
    for (size_t i = 0; i < DECISIONS; i++) {
        const size_t at = i % CASES;
        sum += judge_adjudicate(&judge, &left[at], &right[at], base[at], NULL);
    }
    const double judged = now();
    for (size_t i = 0; i < DECISIONS; i++) {
        const size_t at = i % CASES;
        sum += left[at].certain > right[at].certain;
    }
    const double compared = now();
    printf("%.3f %.3f\n", (judged - started) / DECISIONS * 1e9,
           (compared - judged) / DECISIONS * 1e9);
    return EXIT_SUCCESS;
}
