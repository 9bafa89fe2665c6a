/*
 * Many syncs in a row in one process: memory, descriptors and threads must stay flat.
 * soak COUNT ARGUMENT...: the arguments of tandem, COUNT times. Compares the last with the first
 * after a tenth of them.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

struct usage {
    long kilobytes, descriptors, threads;
};

static long count_entries(const char *path)
{
    DIR *const folder = opendir(path);
    long count = 0;
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

static struct usage measure(void)
{
    struct usage usage = {0};
    char line[128];
    FILE *const file = fopen("/proc/self/status", "re");
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, "VmRSS:", 6) == 0)
            usage.kilobytes = strtol(line + 6, NULL, 10);
    }
    if (file)
        fclose(file);
    usage.descriptors = count_entries("/proc/self/fd");
    usage.threads = count_entries("/proc/self/task");
    return usage;
}

int main(int argc, char **argv)
{
    const long count = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    struct usage early = {0};
    if (count < 10 || argc < 3)
        return 2;
    for (long i = 0; i < count; i++) {
        char *arguments[64] = {argv[0]};
        int given = 1;
        for (int j = 2; j < argc && given < 63; j++)
            arguments[given++] = argv[j];
        const int code = cli_main(given, arguments);
        if (code) {
            printf("sync %ld ended with %d\n0 passed, 1 failed\n", i + 1, code);
            return 1;
        }
        if (i + 1 == count / 10)
            early = measure();
    }
    const struct usage late = measure();
    printf("%ld syncs: %ld kB (%ld after a tenth), %ld descriptors (%ld), %ld threads (%ld)\n",
           count, late.kilobytes, early.kilobytes, late.descriptors, early.descriptors,
           late.threads, early.threads);
    /* an allocator may round up; a leak of 100 bytes a sync would be seen with 10 000 of them */
    const int flat = late.kilobytes <= early.kilobytes + 1024 &&
                     late.descriptors == early.descriptors && late.threads == early.threads;
    printf("%d passed, %d failed\n", flat, !flat);
    return !flat;
}
