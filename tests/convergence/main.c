/*
 * convergence: random histories of our store and two third parties. Once edits have stopped and
 * syncs have run quiet, both sides agree, and nothing is lost, doubled or overwritten by something
 * older.
 *
 *     convergence [--seeds N] [--first F] [--seed S] [--faults | --plan] [--kills]
 *                 [--plain | --manner NAME ...] [--without-base] [--without-journal] [--find]
 *                 [--verbose] [-j N]
 *
 * The parties and people of a history have some of the manners of setup.h; with --plain they have
 * none, with --manner only those that are named. Seeds with odd numbers have faults; with --faults
 * all have. With --plan none has: every sync is planned first, and must then do exactly what the
 * plan said. With --kills many syncs before the quiet end are killed (SIGKILL) at a place that the
 * seed chooses: a call of the run, a write to the store's files, or between what a party does and
 * what the engine hears of it; a new process opens the store, and the next sync goes on from there.
 * --without-base lets dates alone decide and --without-journal lets killed syncs forget what they
 * had sent: then edits are lost, and records doubled, which shows that the test can fail (so do
 * mutants_run's mutants). --find ends with the first seed that fails, as it is. A seed repeats
 * exactly. Ends with "N passed, N failed"; exit code 1 if any failed.
 */
#include <errno.h>
#include <getopt.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "convergence/history.h"
#include "convergence/manners.h"

struct settings {
    uint64_t first, seeds;
    bool one, faults, planned, kills, plain, without_base, without_journal, find, verbose;
    unsigned manners;
    int workers;
};

struct board {
    atomic_ullong next, passed, failed, alone, resumed, settled, killed[KILL_KIND_COUNT];
};

static const char usage[] = "usage: convergence [--seeds N] [--first F] [--seed S] "
                            "[--faults | --plan] [--kills] [--plain | --manner NAME ...] "
                            "[--without-base] [--without-journal] [--find] [--verbose] "
                            "[-j N]\n";

static bool add_manner(const char *name, unsigned *manners)
{
    for (int i = 0; i < MANNER_COUNT; i++) {
        if (strcmp(manners_name((enum manner)i), name) == 0) {
            *manners |= 1u << i;
            return true;
        }
    }
    return false;
}

static bool read_options(int count, char **values, struct settings *settings)
{
    static const struct option options[] = {
        {"seeds", required_argument, NULL, 'n'},  {"first", required_argument, NULL, 'f'},
        {"seed", required_argument, NULL, 's'},   {"faults", no_argument, NULL, 'x'},
        {"plan", no_argument, NULL, 'p'},         {"kills", no_argument, NULL, 'k'},
        {"without-base", no_argument, NULL, 'w'}, {"without-journal", no_argument, NULL, 'o'},
        {"plain", no_argument, NULL, 'r'},        {"verbose", no_argument, NULL, 'v'},
        {"find", no_argument, NULL, 'i'},         {"manner", required_argument, NULL, 'm'},
        {"jobs", required_argument, NULL, 'j'},   {NULL, 0, NULL, 0}};
    *settings =
        (struct settings){.first = 1, .seeds = 200, .workers = (int)sysconf(_SC_NPROCESSORS_ONLN)};
    int option = 0;
    while ((option = getopt_long(count, values, "n:f:s:xpkwovj:rim:", options, NULL)) != -1) {
        switch (option) {
        case 'n':
            settings->seeds = strtoull(optarg, NULL, 10);
            break;
        case 'f':
            settings->first = strtoull(optarg, NULL, 10);
            break;
        case 's':
            settings->first = strtoull(optarg, NULL, 10);
            settings->seeds = 1;
            settings->one = true;
            break;
        case 'x':
            settings->faults = true;
            break;
        case 'p':
            settings->planned = true;
            break;
        case 'k':
            settings->kills = true;
            break;
        case 'w':
            settings->without_base = true;
            break;
        case 'o':
            settings->without_journal = true;
            break;
        case 'r':
            settings->plain = true;
            break;
        case 'm':
            if (!add_manner(optarg, &settings->manners))
                return false;
            break;
        case 'i':
            settings->find = true;
            break;
        case 'v':
            settings->verbose = true;
            break;
        case 'j':
            settings->workers = (int)strtol(optarg, NULL, 10);
            break;
        default:
            return false;
        }
    }
    return optind == count && !(settings->planned && (settings->faults || settings->kills)) &&
           settings->workers > 0;
}

/* The short history of a failure, in words, as one write. */
static void print_failure(const struct settings *settings, struct history *history,
                          const char *failure)
{
    char *text = NULL;
    size_t size = 0;
    struct error error = {0};
    struct history_end again;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return;
    const size_t before = history->count;
    fprintf(out, "FAILED seed %llu%s%s%s%s: %s\n", (unsigned long long)history->seed,
            settings->faults ? " --faults" : "", settings->planned ? " --plan" : "",
            settings->kills ? " --kills" : "", settings->plain ? " --plain" : "", failure);
    if (history_shrink(history, &error))
        fprintf(out, "  it cannot be shrunk: %s\n", error.message);
    fprintf(out, "  %zu of %zu steps are enough", history->count, before);
    for (int i = 0; i < MANNER_COUNT; i++)
        fprintf(out, "%s%s", (history->manners >> i & 1) != 0 ? " --manner " : "",
                (history->manners >> i & 1) != 0 ? manners_name((enum manner)i) : "");
    fprintf(out, ":\n");
    history_describe(history, out);
    if (history_run(history, out, &again, &error))
        fprintf(out, "  it cannot be run again: %s\n", error.message);
    fclose(out);
    fwrite(text, 1, size, stdout);
    fflush(stdout);
    free(text);
}

static unsigned manners_of(const struct settings *settings, uint64_t seed)
{
    if (settings->plain || settings->manners != 0)
        return settings->manners;
    return setup_manners(seed);
}

static bool run_seed(const struct settings *settings, struct board *board, uint64_t seed)
{
    struct history history = history_of(
        seed, settings->faults || (seed % 2 == 1 && !settings->planned), settings->kills);
    struct history_end end;
    struct error error = {0};
    history.planned = settings->planned;
    history.manners = manners_of(settings, seed);
    history.without_base = settings->without_base;
    history.without_journal = settings->without_journal;
    if (settings->one && settings->verbose)
        history_describe(&history, stdout);
    if (history_run(&history, settings->one && settings->verbose ? stdout : NULL, &end, &error)) {
        printf("FAILED seed %llu: it could not be run: %s\n", (unsigned long long)seed,
               error.message);
        return false;
    }
    atomic_fetch_add(&board->alone, end.alone);
    atomic_fetch_add(&board->resumed, end.tally.resumed);
    atomic_fetch_add(&board->settled, end.tally.settled);
    for (size_t i = 0; i < KILL_KIND_COUNT; i++)
        atomic_fetch_add(&board->killed[i], end.tally.killed[i]);
    if (end.failure[0] == '\0') {
        if (settings->verbose)
            printf("passed seed %llu\n", (unsigned long long)seed);
        return true;
    }
    if (settings->without_base || settings->without_journal || settings->find)
        printf("FAILED seed %llu: %s\n", (unsigned long long)seed, end.failure);
    else
        print_failure(settings, &history, end.failure);
    return false;
}

static void work(const struct settings *settings, struct board *board)
{
    unsigned long long number = 0;
    while (!(settings->find && atomic_load(&board->failed) > 0) &&
           (number = atomic_fetch_add(&board->next, 1)) < settings->seeds)
        atomic_fetch_add(run_seed(settings, board, settings->first + number) ? &board->passed
                                                                             : &board->failed,
                         1);
}

/* Start the processes and wait; one that crashes is a failure of the seed that it was at. */
static bool supervise(const struct settings *settings, struct board *board)
{
    for (int i = 0; i < settings->workers; i++) {
        fflush(NULL);
        const pid_t process = fork();
        if (process < 0)
            return false;
        if (process == 0) {
            work(settings, board);
            fflush(NULL);
            exit(0);
        }
    }
    int status = 0;
    while (wait(&status) > 0) {
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            continue;
        printf("FAILED a seed near %llu crashed; run single seeds to find it\n",
               (unsigned long long)(settings->first + atomic_load(&board->next) - 1));
        atomic_fetch_add(&board->failed, 1);
    }
    return true;
}

static void print_kills(struct board *board)
{
    unsigned long long all = 0;
    for (size_t i = 0; i < KILL_KIND_COUNT; i++)
        all += atomic_load(&board->killed[i]);
    printf(
        "%llu syncs were killed: %llu at a call, %llu at a write to the store, %llu at the party; "
        "%llu runs were gone on with, the others had not begun or begin anew; %llu creates in "
        "doubt were left to people\n",
        all, (unsigned long long)atomic_load(&board->killed[KILL_STEP]),
        (unsigned long long)atomic_load(&board->killed[KILL_WRITE]),
        (unsigned long long)atomic_load(&board->killed[KILL_PARTY]),
        (unsigned long long)atomic_load(&board->resumed),
        (unsigned long long)atomic_load(&board->settled));
}

int main(int count, char **values)
{
    struct settings settings;
    if (!read_options(count, values, &settings)) {
        fputs(usage, stderr);
        return 2;
    }
    struct board *board =
        mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (settings.kills)
        kill_watch_files();
    if (board == MAP_FAILED || !supervise(&settings, board)) {
        fprintf(stderr, "cannot start the processes: %s\n", strerror(errno));
        return 2;
    }
    printf("seeds %llu to %llu\n", (unsigned long long)settings.first,
           (unsigned long long)(settings.first + settings.seeds - 1));
    if (settings.kills)
        print_kills(board);
    printf("%llu edits survived that only one side had made, whatever the clocks said\n",
           (unsigned long long)atomic_load(&board->alone));
    printf("%llu passed, %llu failed\n", (unsigned long long)atomic_load(&board->passed),
           (unsigned long long)atomic_load(&board->failed));
    return atomic_load(&board->failed) > 0 ? 1 : 0;
}
