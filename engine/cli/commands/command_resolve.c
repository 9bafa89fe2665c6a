/* tandem resolve: a field without a winner, or a deletion against an edit. */
#include <stdio.h>
#include <string.h>

#include "cli/commands/commands.h"
#include "host/deletion_resolve.h"
#include "host/run_lock.h"
#include "host/session.h"
#include "store/inspect/conflicts.h"

static enum error_code take_lock(const struct session *session, struct text integration,
                                 struct run_lock *lock, struct error *error)
{
    struct text name = TEXT_ABSENT;
    if (text_copy(session->arena, integration, &name, error))
        return error->code;
    return run_lock_take(store_path(session->store), name.bytes, "run", session_now(session), lock,
                         error);
}

/* ---- a field ---- */

static enum error_code read_arguments(const struct invocation *invocation, int64_t *id, bool *ours,
                                      struct error *error)
{
    const char *const winner = invocation->arguments[1];
    *ours = strcmp(winner, "internal") == 0;
    if (!text_to_integer(text_of(invocation->arguments[0]), id) || *id < 1)
        return error_set(error, ERROR_USAGE,
                         "'%s' is not the number of a conflict; see 'tandem conflicts'",
                         invocation->arguments[0]);
    if (!*ours && strcmp(winner, "integration") != 0)
        return error_set(error, ERROR_USAGE,
                         "'%s' is none of 'internal', 'integration', 'restore', 'delete'", winner);
    return ERROR_NONE;
}

static void say_what_next(const struct conflict *conflicts, size_t count, bool ours)
{
    for (size_t i = 0; i < count; i++) {
        const struct conflict *const conflict = &conflicts[i];
        if (ours)
            printf("ours will be sent: tandem sync %.*s --disable-pull --internal-object-id "
                   "%.*s:%.*s\n",
                   TEXT_PRINT(conflict->integration), TEXT_PRINT(conflict->object),
                   TEXT_PRINT(conflict->object_id));
        else
            printf("theirs will be taken: tandem sync %.*s --integration-object-id %.*s:%.*s\n",
                   TEXT_PRINT(conflict->integration), TEXT_PRINT(conflict->integration_object),
                   TEXT_PRINT(conflict->integration_id));
    }
}

static enum error_code resolve_field(const struct invocation *invocation, struct session *session,
                                     struct error *error)
{
    struct run_lock lock;
    struct conflict *conflicts = NULL;
    size_t count = 0;
    int64_t id = 0;
    bool ours = false;
    if (read_arguments(invocation, &id, &ours, error) ||
        conflicts_find(session->store, id, session->arena, &conflicts, &count, error) ||
        take_lock(session, conflicts[0].integration, &lock, error))
        return error->code;
    const enum error_code code = ours ? conflicts_take_ours(session->store, id, error)
                                      : conflicts_take_theirs(session->store, id, error);
    run_lock_release(&lock);
    if (!code && !invocation->options.quiet)
        say_what_next(conflicts, count, ours);
    return code;
}

/* ---- a deletion ---- */

static enum error_code resolve_one(struct session *session, const struct edited_deletion *deletion,
                                   bool restore, struct error *error)
{
    struct run_lock lock;
    if (take_lock(session, deletion->integration, &lock, error))
        return error->code;
    const enum error_code code = deletion_resolve(session->store, deletion, restore, error);
    run_lock_release(&lock);
    return code;
}

static void say_deletion(const struct edited_deletion *deletion, bool restore)
{
    const struct text object = deletion->here ? deletion->object : deletion->record;
    if (restore)
        printf("%.*s:%.*s was deleted %s; the next sync of '%.*s' creates it again\n",
               TEXT_PRINT(object), TEXT_PRINT(deletion->here ? deletion->id : deletion->record_id),
               deletion->here ? "here" : "there", TEXT_PRINT(deletion->integration));
    else if (deletion->here)
        printf("%.*s:%.*s is deleted there by the next sync of '%.*s'\n",
               TEXT_PRINT(deletion->record), TEXT_PRINT(deletion->record_id),
               TEXT_PRINT(deletion->integration));
    else
        printf("%.*s:%.*s is deleted\n", TEXT_PRINT(deletion->object), TEXT_PRINT(deletion->id));
}

static enum error_code resolve_deletion(const struct invocation *invocation,
                                        struct session *session, bool restore, struct error *error)
{
    struct object_name name;
    struct edited_deletion *deletions = NULL;
    size_t count = 0;
    if (run_object_name_parse(text_of(invocation->arguments[0]), "TYPE:ID", &name, error) ||
        edited_deletions_find(session->store, name.object, name.id, session->arena, &deletions,
                              &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        if (resolve_one(session, &deletions[i], restore, error))
            return error->code;
        if (!invocation->options.quiet)
            say_deletion(&deletions[i], restore);
    }
    return ERROR_NONE;
}

static enum error_code run_resolve(const struct invocation *invocation, struct session *session,
                                   struct error *error)
{
    const bool restore = strcmp(invocation->arguments[1], "restore") == 0,
               delete = strcmp(invocation->arguments[1], "delete") == 0;
    return restore || delete ? resolve_deletion(invocation, session, restore, error)
                             : resolve_field(invocation, session, error);
}

const struct command command_resolve = {
    .name = "resolve",
    .arguments = "ID|TYPE:ID internal|integration|restore|delete",
    .summary = "resolve a conflict between two values, or between a deletion and an edit",
    .details =
        "ID is the number that 'tandem conflicts' shows: 'internal' sends our value, "
        "'integration' takes theirs. The next sync of the object carries the decision out; "
        "the printed command does so at once.\n\n"
        "TYPE:ID is an object of ours or a record of theirs that was deleted on one side and "
        "edited on the other: with 'restore' the next sync creates it again where it is "
        "missing, with 'delete' it deletes the other one.",
    .examples = "  tandem resolve 17 internal\n  tandem resolve 18 integration\n"
                "  tandem resolve contact:12 restore\n  tandem resolve citizen:7 delete",
    .in_home = run_resolve,
};
