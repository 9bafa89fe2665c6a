/* tandem link: says which object of ours a record is, or that it is none of them. */
#include <stdio.h>
#include <string.h>

#include "cli/commands/commands.h"
#include "cli/show/output.h"
#include "host/integration.h"
#include "host/registration.h"
#include "host/run_lock.h"
#include "host/session.h"
#include "store/books/links.h"

/* The operator's decision. */
struct ruling {
    struct link_name link; /* object and id absent: none of ours */
    bool create;
};

/* "NAME OURS THEIRS", "NAME THEIRS --create", or "NAME create THEIRS". */
static enum error_code read_ruling(const struct invocation *invocation, struct ruling *ruling,
                                   struct error *error)
{
    char **const words = invocation->arguments;
    const bool three = invocation->argument_count == 3;
    const bool word = three && strcmp(words[1], "create") == 0;
    struct object_name ours = {.object = TEXT_ABSENT, .id = TEXT_ABSENT}, theirs;
    ruling->create = word || invocation_has(invocation, "create");
    if (!three && !ruling->create)
        return error_set(error, ERROR_USAGE,
                         "say which object it is ('tandem link %s contact:12 %s'), or that it is "
                         "none of ours ('--create')",
                         words[0], words[1]);
    if (three && !word && run_object_name_parse(text_of(words[1]), "OURS", &ours, error))
        return error->code;
    if (run_object_name_parse(text_of(words[invocation->argument_count - 1]), "THEIRS", &theirs,
                              error))
        return error->code;
    ruling->link = (struct link_name){.integration = text_of(words[0]),
                                      .object = ours.object,
                                      .id = ours.id,
                                      .record = theirs.object,
                                      .record_id = theirs.id};
    return ERROR_NONE;
}

static const char *describe(const struct ruling *ruling, enum link_made made)
{
    if (ruling->create)
        return "created";
    return made == LINK_THERE ? "already_linked" : made == LINK_SETTLED ? "settled" : "linked";
}

static void say(const struct ruling *ruling, enum link_made made)
{
    const struct link_name *const link = &ruling->link;
    if (!ruling->create && made == LINK_THERE) {
        printf("%.*s:%.*s and %.*s:%.*s are linked already\n", TEXT_PRINT(link->object),
               TEXT_PRINT(link->id), TEXT_PRINT(link->record), TEXT_PRINT(link->record_id));
        return;
    }
    if (!ruling->create)
        printf("%.*s:%.*s is %.*s:%.*s from now on", TEXT_PRINT(link->object), TEXT_PRINT(link->id),
               TEXT_PRINT(link->record), TEXT_PRINT(link->record_id));
    else if (text_is_absent(link->object))
        printf("%.*s:%.*s becomes an object of its own", TEXT_PRINT(link->record),
               TEXT_PRINT(link->record_id));
    else
        printf("%.*s:%.*s is not %.*s:%.*s", TEXT_PRINT(link->record), TEXT_PRINT(link->record_id),
               TEXT_PRINT(link->object), TEXT_PRINT(link->id));
    printf("; the next sync asks for it, or at once: tandem sync %.*s --integration-object-id "
           "%.*s:%.*s\n",
           TEXT_PRINT(link->integration), TEXT_PRINT(link->record), TEXT_PRINT(link->record_id));
}

static enum error_code print(const struct invocation *invocation, const struct ruling *ruling,
                             enum link_made made, struct error *error)
{
    const struct link_name *const link = &ruling->link;
    if (invocation_has(invocation, "json"))
        return output_json(json_pack("{s:o, s:o, s:o, s:o, s:o, s:s}", "integration",
                                     value_json_text(link->integration), "object",
                                     value_json_text(link->object), "id", value_json_text(link->id),
                                     "integration_object", value_json_text(link->record),
                                     "integration_id", value_json_text(link->record_id), "done",
                                     describe(ruling, made)),
                           error);
    if (!invocation->options.quiet)
        say(ruling, made);
    return ERROR_NONE;
}

static enum error_code run_link(const struct invocation *invocation, struct session *session,
                                struct error *error)
{
    struct run_lock lock;
    struct ruling ruling = {.create = false};
    enum link_made made = LINK_MADE;
    if (integration_exists(session, invocation->arguments[0], error) ||
        read_ruling(invocation, &ruling, error) || registration_refresh(session, NULL, error) ||
        run_lock_take(store_path(session->store), invocation->arguments[0], "link",
                      session_now(session), &lock, error))
        return error->code;
    const enum error_code code = ruling.create
                                     ? links_keep_apart(session->store, &ruling.link, error)
                                     : links_make(session->store, &ruling.link, &made, error);
    run_lock_release(&lock);
    return code ? code : print(invocation, &ruling, made, error);
}

static const struct option options[] = {
    FLAG("create", "it is none of our objects, even if its identifiers match: the next sync "
                   "creates a new one (with OURS: it may be another object, but not this one)"),
    FLAG("json", "print one JSON object"),
    {.name = NULL},
};

const struct command command_link = {
    .name = "link",
    .arguments = "NAME [OURS] THEIRS",
    .summary = "say which of our objects a record of theirs is, or that it is none",
    .details =
        "For records that Tandem did not link by itself ('tandem status' lists them: "
        "ambiguous, doubtful, created with an unknown outcome), and for any other pair that "
        "you know to be the same. Nothing is agreed between the two yet, so the first sync "
        "replaces no value with an empty one; the setting 'first_link' decides where both "
        "have one.\n\n"
        "A record belongs to one object: if it is linked to another one, run 'tandem unlink' "
        "first.",
    .examples = "  tandem link helloworld contact:12 citizen:7\n"
                "  tandem link helloworld citizen:7 --create",
    .options = options,
    .in_home = run_link,
};
