/* tandem explain: why an object is as it is. */
#include "cli/line/cli.h"
#include "cli/show/explain_output.h"
#include "host/integration.h"
#include "cli/show/output.h"
#include "host/session.h"

enum { MOST_OUTCOMES = 10, MOST_DECISIONS = 100, MOST_NOTES = 25 };

/* One query. */
struct question {
    struct session *session;
    bool theirs;
    struct object_name name;
    struct explain_facts facts;
};

/* An object of ours goes by the names of our objects, unless it is said to be theirs. */
static enum error_code read_name(const struct invocation *invocation, struct question *question,
                                 struct error *error)
{
    const enum error_code code =
        object_name_parse(text_of(invocation->arguments[1]), "object", &question->name, error);
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

/* The newest run first; of one run the pull before the push. */
static void insert_outcome(struct explain_outcome *all, size_t count,
                           const struct explain_outcome *added)
{
    for (; count > 0; count--) {
        const struct explain_outcome *const before = &all[count - 1];
        if (before->run > added->run || (before->run == added->run && before->side >= added->side))
            break;
        all[count] = *before;
    }
    all[count] = *added;
}

/* Outcomes of both directions: of the object, and of what it is linked to. */
static enum error_code read_outcomes(struct question *question, struct error *error)
{
    struct session *const session = question->session;
    struct explain_facts *const facts = &question->facts;
    struct explain_outcome *all = ARENA_ARRAY(
        session->arena, (facts->mapping_count + 1) * MOST_OUTCOMES, struct explain_outcome);
    struct explain_outcome *found = NULL;
    size_t total = 0, count = 0;
    if (!all)
        return error_memory(error, "the outcomes");
    for (size_t i = 0; i <= facts->mapping_count; i++) {
        const struct status_mapping *const mapping = i ? &facts->mappings[i - 1] : NULL;
        const bool theirs = mapping ? !question->theirs : question->theirs;
        const struct text object = !mapping ? question->name.object
                                   : theirs ? mapping->integration_object
                                            : mapping->internal_object;
        const struct text id = !mapping ? question->name.id
                               : theirs ? mapping->integration_id
                                        : mapping->internal_id;
        const enum error_code code =
            explain_outcomes(session->store, facts->integration, theirs, object, id, MOST_OUTCOMES,
                             session->arena, &found, &count, error);
        if (code)
            return code;
        for (size_t j = 0; j < count; j++)
            insert_outcome(all, total++, &found[j]);
    }
    facts->outcomes = all;
    facts->outcome_count = total;
    return ERROR_NONE;
}

static enum error_code read_changes(struct question *question, struct error *error)
{
    struct session *const session = question->session;
    struct explain_facts *const facts = &question->facts;
    struct explain_change *changes = NULL;
    const struct status_mapping *const first = facts->mapping_count ? facts->mappings : NULL;
    if (question->theirs && !first)
        return ERROR_NONE;
    const enum error_code code =
        explain_changes(session->store, facts->integration,
                        question->theirs ? first->internal_object : question->name.object,
                        question->theirs ? first->internal_id : question->name.id, session->arena,
                        &changes, &facts->change_count, error);
    facts->changes = changes;
    return code;
}

static enum error_code read_facts(struct question *question, struct error *error)
{
    struct session *const session = question->session;
    struct explain_facts *const facts = &question->facts;
    const struct text object = question->name.object, id = question->name.id;
    struct status_mapping *mappings = NULL;
    struct explain_decision *decisions = NULL;
    struct status_note *notes = NULL;
    enum error_code code =
        explain_mappings(session->store, facts->integration, question->theirs, object, id,
                         session->arena, &mappings, &facts->mapping_count, error);
    facts->mappings = mappings;
    if (code || (code = read_outcomes(question, error)) || (code = read_changes(question, error)))
        return code;
    code = explain_decisions(session->store, facts->integration, question->theirs, object, id,
                             facts->field, MOST_DECISIONS, session->arena, &decisions,
                             &facts->decision_count, error);
    facts->decisions = decisions;
    if (!code)
        code = explain_notes(session->store, facts->integration, question->theirs, object, id,
                             MOST_NOTES, session->arena, &notes, &facts->note_count, error);
    facts->notes = notes;
    return code;
}

static enum error_code run(const struct invocation *invocation, enum exit_code *exit_code,
                           struct error *error)
{
    (void)exit_code;
    struct session session;
    struct question question = {.session = &session};
    enum error_code code = session_open(&invocation->session, &session, error);
    if (code || (code = integration_exists(&session, invocation->arguments[0], error)) ||
        (code = read_name(invocation, &question, error)) || (code = read_facts(&question, error)))
        goto out;
    const struct explain_facts *const facts = &question.facts;
    if (!facts->mapping_count && !facts->outcome_count && !facts->change_count &&
        !facts->decision_count && !facts->note_count) {
        code = error_set(error, ERROR_NOT_FOUND,
                         "'%s' has never met '%s': it is neither linked nor on record",
                         invocation->arguments[0], invocation->arguments[1]);
        goto out;
    }
    if (invocation_has(invocation, "json")) {
        code = output_json(explain_output_json(facts), error);
    } else {
        explain_output_text(facts);
        code = output_flush(error);
    }
out:
    session_close(&session);
    return code;
}

static const struct option options[] = {
    {.name = "theirs",
     .help = "the object is one of theirs, though an object of ours is called "
             "the same"},
    {.name = "json", .help = "print one JSON object"},
    {.name = NULL},
};

const struct command command_explain = {
    .name = "explain",
    .arguments = "NAME TYPE:ID [FIELD]",
    .summary = "why an object or a field is as it is: outcomes, judgments, notes",
    .details = "TYPE:ID is an object of ours or of theirs. For each field that both sides may have "
               "changed: both\nvalues, their dates, and who won by what.",
    .examples = "  tandem explain helloworld contact:12\n"
                "  tandem explain helloworld citizen:7 phone",
    .options = options,
    .least_arguments = 2,
    .most_arguments = 3,
    .run = run,
};
