/* tandem explain: why an object is as it is. */
#include "cli/commands/commands.h"
#include "cli/show/explain_output.h"
#include "host/explain_json.h"
#include "host/integration.h"
#include "cli/show/output.h"
#include "host/session.h"

/* One query. */
struct question {
    struct session *session;
    bool theirs;
    struct object_name name;
    struct explain_facts facts;
};

/* A type that is one of our objects means ours, unless --theirs is given. */
static enum error_code read_name(const struct invocation *invocation, struct question *question,
                                 struct error *error)
{
    const enum error_code code =
        run_object_name_parse(text_of(invocation->arguments[1]), "object", &question->name, error);
    if (code)
        return code;
    question->theirs = invocation_has(invocation, "theirs") ||
                       !store_schema(question->session->store, question->name.object);
    question->facts.integration = text_of(invocation->arguments[0]);
    question->facts.object = question->name.object;
    question->facts.id = question->name.id;
    question->facts.field =
        invocation->argument_count > 2 ? text_of(invocation->arguments[2]) : TEXT_ABSENT;
    return ERROR_NONE;
}

static enum error_code run_explain(const struct invocation *invocation, struct session *session,
                                   struct error *error)
{
    struct question question = {.session = session};
    enum error_code code = integration_exists(session, invocation->arguments[0], error);
    if (!code)
        code = read_name(invocation, &question, error);
    if (!code)
        code = explain_facts_read(session->store, question.theirs, session->arena, &question.facts,
                                  error);
    if (code)
        return code;
    const struct explain_facts *const facts = &question.facts;
    if (!facts->mapping_count && !facts->outcome_count && !facts->change_count &&
        !facts->decision_count && !facts->note_count)
        return error_set(error, ERROR_NOT_FOUND,
                         "'%s' knows nothing about '%s': it has no link, and no run on record "
                         "dealt with it",
                         invocation->arguments[0], invocation->arguments[1]);
    if (invocation_has(invocation, "json"))
        return output_json(explain_json(facts), error);
    explain_output_text(facts);
    return ERROR_NONE;
}

static const struct option options[] = {
    FLAG("theirs", "TYPE:ID is theirs, even if we have an object of the same name"),
    FLAG("json", "print one JSON object"),
    {.name = NULL},
};

const struct command command_explain = {
    .name = "explain",
    .arguments = "NAME TYPE:ID [FIELD]",
    .summary = "why an object or a field is as it is: outcomes, decisions, notes",
    .details = "TYPE:ID is one of our objects or one of their records. For each field that both "
               "sides may have changed it shows both values, their dates, who won, and by which "
               "rule.",
    .examples = "  tandem explain helloworld contact:12\n"
                "  tandem explain helloworld citizen:7 phone",
    .options = options,
    .in_home = run_explain,
};
