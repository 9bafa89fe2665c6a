/* What all files of sql/ share: failures as sentences, waiting, giving up. */
#include "store/sql/sql.h"

#include "base/error_number.h"

#include <stdlib.h>
#include <time.h>

/* ---- waiting for other processes ---- */

enum { INTERRUPTED_PATIENCE_MS = 1000, LONGEST_PAUSE_MS = 50 };

static bool is_interrupted(const struct sql *sql)
{
    return sql->interrupt && *sql->interrupt;
}

/* Longer and longer pauses; `times` is how many there have been. */
static bool wait_for_others(void *context, int times)
{
    const struct sql *sql = context;
    const int patience = is_interrupted(sql) && sql->patience_ms > INTERRUPTED_PATIENCE_MS
                             ? INTERRUPTED_PATIENCE_MS
                             : sql->patience_ms;
    const int64_t pause = times < LONGEST_PAUSE_MS ? times + 1 : LONGEST_PAUSE_MS;
    const int64_t growing = times < LONGEST_PAUSE_MS ? times : LONGEST_PAUSE_MS;
    const int64_t waited = growing * (growing + 1) / 2 + (times - growing) * LONGEST_PAUSE_MS;

    const struct timespec length = {.tv_nsec = pause * 1000000};

    if (waited >= patience)
        return false;
    (void)nanosleep(&length, NULL); /* shorter after a signal, which is checked next */
    return true;
}

void sql_wait_for_others(struct sql *sql, int patience_ms, const volatile sig_atomic_t *interrupt)
{
    sql->patience_ms = patience_ms;
    sql->interrupt = interrupt;
    sql->driver->wait_with(sql->connection, wait_for_others, sql);
}

/* ---- commits in the background ---- */

void sql_wait_for_commit(struct sql *sql)
{
    if (!sql->committing)
        return;
    sql->committing = false;
    (void)!committer_take(sql->committer, &sql->late);
}

enum error_code sql_regain(struct sql *sql, struct error *error)
{
    sql_wait_for_commit(sql);
    if (sql->late.code && error)
        *error = sql->late;
    return sql->late.code;
}

enum error_code sql_await_commit(struct sql *sql, struct error *error)
{
    const enum error_code code = sql_regain(sql, error);

    sql->late.code = ERROR_NONE;
    return code;
}

/* ---- failures ---- */

/* What the failure means to the caller, and what to do about it. */
struct meaning {
    enum error_code code;
    enum error_number number;
    const char *advice;
};

static struct meaning meaning_of(enum sql_cause cause, bool interrupted)
{
    switch (cause) {
    case SQL_CAUSE_BUSY:
        if (interrupted)
            return (struct meaning){ERROR_INTERRUPTED, ERROR_NUMBER_NONE,
                                    "; interrupted while another process was writing to it"};
        return (struct meaning){ERROR_BUSY, ERROR_NUMBER_NONE,
                                "; another process is writing to it, try again"};
    case SQL_CAUSE_MEMORY:
        return (struct meaning){ERROR_MEMORY, ERROR_NUMBER_NONE, ""};
    case SQL_CAUSE_FULL:
        return (struct meaning){ERROR_STORE, ERROR_NUMBER_STORE_FULL,
                                "; make room on the disk and run again"};
    case SQL_CAUSE_READ_ONLY:
        return (struct meaning){ERROR_STORE, ERROR_NUMBER_STORE_READ_ONLY,
                                "; check the permissions of the file and its folder"};
    case SQL_CAUSE_DAMAGED:
        return (struct meaning){ERROR_STORE, ERROR_NUMBER_STORE_DAMAGED,
                                "; restore the file from a backup"};
    default:
        return (struct meaning){ERROR_STORE, ERROR_NUMBER_NONE, ""};
    }
}

enum error_code sql_failed(struct sql *sql, struct error *error, const char *doing)
{
    struct sql_trouble trouble;
    sql->driver->trouble(sql->connection, &trouble);
    const struct meaning meaning =
        meaning_of(sql->driver->cause(trouble.detail), is_interrupted(sql));

    error_set(error, meaning.code, "the store cannot %s: %s%s", doing, trouble.words,
              meaning.advice);
    if (error) {
        (void)error_number_set(error, meaning.number, meaning.code);
        error->detail = trouble.detail;
        error->retry = meaning.code == ERROR_BUSY ? ERROR_RETRY_LATER : ERROR_RETRY_NEVER;
    }
    return meaning.code;
}

enum sql_cause sql_cause_of(const struct sql *sql, const struct error *error)
{
    return sql->driver->cause(error->detail);
}

/* ---- giving up ---- */

/* A failed statement may have ended the transaction already. */
void sql_take_back(struct sql *sql)
{
    if (sql->driver->in_transaction(sql->connection))
        (void)sql->driver->run(sql->connection, "ROLLBACK");
}

void sql_rollback(struct sql *sql)
{
    sql_wait_for_commit(sql);
    sql->depth = 0;
    sql_take_back(sql);
}
