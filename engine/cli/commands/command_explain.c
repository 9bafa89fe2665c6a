/* tandem explain: why an object is as it is. */
#include "cli/commands/commands.h"
#include "cli/show/explain_output.h"
#include "host/explain_json.h"
#include "host/integration.h"
#include "cli/show/output.h"
#include "host/session.h"

/* A mistyped field would look like one of which nothing is known. */
static enum error_code check_field(const struct session *session, const struct explain_facts *facts,
                                   bool theirs, struct error *error)
{
    const struct text object = !theirs                    ? facts->object
                               : facts->mapping_count > 0 ? facts->mappings[0].internal_object
                                                          : TEXT_ABSENT;
    const struct object_schema *schema = store_schema(session->store, object);
    const struct field_schema *field = NULL;
    if (!schema || text_is_absent(facts->field) || facts->decision_count > 0)
        return ERROR_NONE;
    return session_field(schema, facts->field, &field, error);
}

static enum error_code run_explain(const struct invocation *invocation, struct session *session,
                                   struct error *error)
{
    const char *const name = invocation->arguments[0], *const shown = invocation->arguments[1];
    struct object_name object;
    if (integration_exists(session, name, error) ||
        run_object_name_parse(text_of(shown), "object", &object, error))
        return error->code;
    /* A type that is one of our objects means ours, unless --theirs is given. */
    const bool theirs =
        invocation_has(invocation, "theirs") || !store_schema(session->store, object.object);
    struct explain_facts facts = {.integration = text_of(name),
                                  .object = object.object,
                                  .id = object.id,
                                  .field = text_of(invocation->arguments[2])};
    if (explain_facts_read(session->store, theirs, session->arena, &facts, error) ||
        check_field(session, &facts, theirs, error))
        return error->code;
    if (!facts.mapping_count && !facts.outcome_count && !facts.change_count &&
        !facts.decision_count && !facts.note_count)
        return error_set(error, ERROR_NOT_FOUND,
                         "'%s' knows nothing about '%s': it has no link, and no run on record "
                         "dealt with it",
                         name, shown);
    if (invocation_has(invocation, "json"))
        return output_json(explain_json(&facts), error);
    explain_output_text(&facts);
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
