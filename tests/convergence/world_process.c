#include "convergence/world_process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

void *world_share(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void world_unshare(void *memory, size_t size)
{
    if (memory)
        (void)munmap(memory, size);
}

/* The process itself. */
static void be_born(struct world *world, world_life *live, const void *context, FILE *story,
                    bool *ended)
{
    struct error error = {0};
    world->story = story;
    if (world_open_store(world, &error))
        world_fail(world, "the store cannot be opened: %s", error.message);
    else
        live(world, context);
    world_close_store(world);
    if (story)
        fflush(story);
    *ended = true;
}

/* What the process told, line by line. */
static void pass_on(FILE *from, FILE *to)
{
    char line[1024];
    rewind(from);
    while (fgets(line, sizeof line, from))
        fputs(line, to);
}

/* Was it killed as planned? */
static bool is_to_go_on(struct world *world, int status, bool ended)
{
    const struct kill_place *place = &world->death.place;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && world->death.done) {
        world->death.done = false;
        world->tally.killed[place->kind]++;
        world_tell(world, "  killed at %s %u", kill_kind_name(place->kind), place->number);
        return true;
    }
    if (WIFSIGNALED(status))
        world_fail(world, "the process of a sync died of signal %d", WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0 || !ended)
        world_fail(world, "the process of a sync ended with %d", WEXITSTATUS(status));
    return false;
}

/* One process; true: it was killed. */
static bool run_once(struct world *world, world_life *live, const void *context, FILE *told,
                     bool *ended)
{
    FILE *const story = world->story;
    int status = 0;
    fflush(NULL);
    const pid_t process = fork();
    if (process == 0) {
        be_born(world, live, context, told, ended);
        _exit(0);
    }
    while (process > 0 && waitpid(process, &status, 0) < 0 && errno == EINTR)
        ;
    world->story = story;
    world->store = NULL; /* it was the process's */
    if (process < 0) {
        world_fail(world, "the process of a sync cannot be started: %s", strerror(errno));
        return false;
    }
    if (told)
        pass_on(told, story);
    return is_to_go_on(world, status, *ended);
}

void world_process(struct world *world, world_life *live, const void *context)
{
    bool *ended = world_share(sizeof *ended);
    bool again = ended != NULL;
    if (!ended)
        world_fail(world, "out of memory for a process");
    world_close_store(world);
    while (again) {
        FILE *told = world->story ? tmpfile() : NULL;
        if (told)
            setvbuf(told, NULL, _IOLBF, BUFSIZ);
        again = run_once(world, live, context, told, ended);
        if (told)
            fclose(told);
    }
    world_unshare(ended, sizeof *ended);
}
