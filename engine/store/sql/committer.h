/*
 * committer: a thread that does one piece of work at a time while its owner continues.
 *
 * For store/ only; it is made for COMMIT: the owner does not wait for the disk. committer_give and
 * committer_take alternate, and between them the owner does not touch what the work uses.
 */
#ifndef TANDEM_STORE_SQL_COMMITTER_H
#define TANDEM_STORE_SQL_COMMITTER_H

#include "base/error.h"

struct committer;

/* Carried out in the thread; fills `error` if it fails. */
typedef enum error_code committer_work(void *context, struct error *error);

/* ERROR_SYSTEM if no thread can be started. Its signals are blocked: the owner receives them. */
WARN_UNUSED enum error_code committer_new(struct committer **committer, struct error *error);
/* After what was given is done; accepts NULL. */
void committer_free(struct committer *committer);
/* Begin with it and return at once. `context` is borrowed until committer_take. */
void committer_give(struct committer *committer, committer_work *work, void *context);
/* Wait for what was given; its result. */
WARN_UNUSED enum error_code committer_take(struct committer *committer, struct error *error);

#endif
