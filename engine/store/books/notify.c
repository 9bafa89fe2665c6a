/* Summaries of a run's notes for the people who own the objects (spec section 10). */
#include "store/books/run_layout.h"

enum { LINKS_SHOWN = 25, SUMMARY_CEILING = 1 << 16 };

/* A summary in the making: one owner's, or that of everything without one. */
struct summary {
    struct text owner; /* absent: for the administrators */
    uint64_t objects;
    struct buffer links;
};

static enum error_code send(struct store_run *run, const struct summary *summary,
                            struct error *error)
{
    struct buffer message = BUFFER(SUMMARY_CEILING);
    const uint64_t beyond = summary->objects > LINKS_SHOWN ? summary->objects - LINKS_SHOWN : 0;
    enum error_code code = ERROR_NONE;

    if (summary->objects == 0)
        return ERROR_NONE;
    code = buffer_append_format(&message, error,
                                "%.*s: %llu %s attention: ", TEXT_PRINT(run->integration_name),
                                (unsigned long long)summary->objects,
                                summary->objects == 1 ? "object needs" : "objects need");
    if (!code)
        code = buffer_append_text(&message, buffer_text(&summary->links), error);
    if (!code && beyond)
        code = buffer_append_format(&message, error, " and %llu more", (unsigned long long)beyond);
    if (!code && text_is_absent(summary->owner))
        code = sql_do(&run->store->sql,
                      "INSERT INTO notification(run, user, at, message)"
                      " SELECT ?, id, ?, ? FROM user WHERE admin = 1",
                      error, "iat", run->id, run->now, buffer_text(&message));
    else if (!code)
        code = sql_do(&run->store->sql,
                      "INSERT INTO notification(run, user, at, message) VALUES(?, ?, ?, ?)", error,
                      "itat", run->id, summary->owner, run->now, buffer_text(&message));
    buffer_release(&message);
    return code;
}

static enum error_code add_link(struct store_run *run, struct summary *summary,
                                struct sql_statement *statement, struct error *error)
{
    const struct text object = sql_text(statement, 1), id = sql_text(statement, 2);
    const struct store_object *stored = store_object_of(run->store, object);
    const char *separator = summary->objects ? ", " : "";

    if (summary->objects++ >= LINKS_SHOWN)
        return ERROR_NONE;
    if (text_is_absent(id)) /* never created here: only the record over there is known */
        return buffer_append_format(&summary->links, error, "%s%.*s %.*s", separator,
                                    TEXT_PRINT(sql_text(statement, 3)),
                                    TEXT_PRINT(sql_text(statement, 4)));
    if (stored && stored->schema.is_contact)
        return buffer_append_format(&summary->links, error, "%s[%.*s:%.*s](%.*s%.*s)", separator,
                                    TEXT_PRINT(object), TEXT_PRINT(id),
                                    TEXT_PRINT(run->store->timeline), TEXT_PRINT(id));
    return buffer_append_format(&summary->links, error, "%s%.*s:%.*s", separator,
                                TEXT_PRINT(object), TEXT_PRINT(id));
}

/* SELECT of (owner, object, id, record's object, record's id), ordered by owner. */
static enum error_code prepare_noted(struct store_run *run, struct sql_statement **statement,
                                     struct error *error)
{
    struct buffer buffer = BUFFER(1 << 30); /* ids and keys may be long */
    enum error_code code = buffer_append_format(&buffer, error, "SELECT DISTINCT CASE n.object");

    for (size_t index = 0; !code && index < run->store->object_count; index++) {
        const struct text name = run->store->objects[index].schema.name;
        code = buffer_append_format(&buffer, error,
                                    " WHEN '%.*s' THEN (SELECT o.owner_id FROM \"%.*s\" o"
                                    " WHERE o.id = CAST(n.object_id AS INTEGER))",
                                    TEXT_PRINT(name), TEXT_PRINT(name));
    }
    if (!code)
        code = buffer_append_format(
            &buffer, error,
            " END AS owner, n.object, n.object_id,"
            " CASE WHEN n.object_id IS NULL THEN n.integration_object END,"
            " CASE WHEN n.object_id IS NULL THEN n.integration_id END"
            " FROM note n WHERE n.run = ? ORDER BY owner, n.object, CAST(n.object_id AS INTEGER)");
    if (!code)
        code = sql_prepare(&run->store->sql, buffer.data, statement, error);
    buffer_release(&buffer);
    return code;
}

enum error_code notify_owners(struct store_run *run, struct error *error)
{
    const struct arena_mark mark = arena_mark(run->scratch);
    struct summary summary = {.owner = TEXT_ABSENT, .links = BUFFER(SUMMARY_CEILING)};
    struct sql_statement *statement = NULL;
    bool row = true;
    enum error_code code = prepare_noted(run, &statement, error);

    if (!code)
        code = sql_bind(&run->store->sql, statement, error, "i", run->id);
    while (!code && row) {
        code = sql_step(&run->store->sql, statement, &row, error);
        if (code || !row)
            break;
        if (!text_equal(sql_text(statement, 0), summary.owner)) {
            code = send(run, &summary, error);
            summary.objects = 0;
            buffer_clear(&summary.links);
            if (!code)
                code = sql_copy(statement, 0, run->scratch, &summary.owner, error);
        }
        if (!code)
            code = add_link(run, &summary, statement, error);
    }
    if (!code)
        code = send(run, &summary, error);
    sql_finalize(statement);
    buffer_release(&summary.links);
    arena_rewind(run->scratch, mark);
    return code;
}
