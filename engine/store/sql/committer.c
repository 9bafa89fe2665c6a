/* A thread that does one piece of work at a time, and a caller that waits for it when it must. */
#include "store/sql/committer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct committer {
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t changed;
    committer_work *work; /* NULL: none given */
    void *context;
    bool done, ended;
    enum error_code code;
    struct error failure;
};

static void *work_until_ended(void *argument)
{
    struct committer *committer = argument;

    pthread_mutex_lock(&committer->mutex);
    while (!committer->ended) {
        if (!committer->work || committer->done) {
            pthread_cond_wait(&committer->changed, &committer->mutex);
            continue;
        }
        pthread_mutex_unlock(&committer->mutex);
        committer->code = committer->work(committer->context, &committer->failure);
        pthread_mutex_lock(&committer->mutex);
        committer->done = true;
        pthread_cond_broadcast(&committer->changed);
    }
    pthread_mutex_unlock(&committer->mutex);
    return NULL;
}

static int start_thread(struct committer *committer)
{
    sigset_t all, before;
    int result = 0;

    (void)sigfillset(&all);
    result = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (result)
        return result;
    result = pthread_create(&committer->thread, NULL, work_until_ended, committer);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

enum error_code committer_new(struct committer **result, struct error *error)
{
    struct committer *committer = calloc(1, sizeof *committer);
    int failure = 0;

    *result = NULL;
    if (!committer)
        return error_memory(error, "a thread for commits");
    (void)pthread_mutex_init(&committer->mutex, NULL);
    (void)pthread_cond_init(&committer->changed, NULL);
    failure = start_thread(committer);
    if (failure) {
        (void)pthread_cond_destroy(&committer->changed);
        (void)pthread_mutex_destroy(&committer->mutex);
        free(committer);
        return error_set(error, ERROR_SYSTEM, "cannot start the thread for commits: %s",
                         strerror(failure));
    }
    *result = committer;
    return ERROR_NONE;
}

void committer_free(struct committer *committer)
{
    if (!committer)
        return;
    pthread_mutex_lock(&committer->mutex);
    while (committer->work && !committer->done)
        pthread_cond_wait(&committer->changed, &committer->mutex);
    committer->ended = true;
    pthread_cond_broadcast(&committer->changed);
    pthread_mutex_unlock(&committer->mutex);
    (void)pthread_join(committer->thread, NULL);
    (void)pthread_cond_destroy(&committer->changed);
    (void)pthread_mutex_destroy(&committer->mutex);
    free(committer);
}

void committer_give(struct committer *committer, committer_work *work, void *context)
{
    pthread_mutex_lock(&committer->mutex);
    committer->work = work;
    committer->context = context;
    committer->done = false;
    pthread_cond_broadcast(&committer->changed);
    pthread_mutex_unlock(&committer->mutex);
}

enum error_code committer_take(struct committer *committer, struct error *error)
{
    enum error_code code = ERROR_NONE;

    pthread_mutex_lock(&committer->mutex);
    while (committer->work && !committer->done)
        pthread_cond_wait(&committer->changed, &committer->mutex);
    code = committer->work ? committer->code : ERROR_NONE;
    if (code && error)
        *error = committer->failure;
    committer->work = NULL;
    pthread_mutex_unlock(&committer->mutex);
    return code;
}
