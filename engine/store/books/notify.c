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

    if (summary->objects == 0)
        return ERROR_NONE;
    enum error_code code = buffer_append_format(
        &message, error, "%.*s: %llu %s attention: ", TEXT_PRINT(run->integration_name),
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

/* The columns object, id, record's object, record's id. */
static enum error_code add_link(struct store_run *run, struct summary *summary, struct rows *rows,
                                struct error *error)
{
    const struct text object = rows_text(rows), id = rows_text(rows);
    const struct text record = rows_text(rows), record_id = rows_text(rows);
    const struct store_object *stored = store_object_of(run->store, object);
    const char *separator = summary->objects ? ", " : "";

    if (summary->objects++ >= LINKS_SHOWN)
        return ERROR_NONE;
    if (text_is_absent(id)) /* never created here: only the record over there is known */
        return buffer_append_format(&summary->links, error, "%s%.*s %.*s", separator,
                                    TEXT_PRINT(record), TEXT_PRINT(record_id));
    if (stored && stored->schema.is_contact)
        return buffer_append_format(&summary->links, error, "%s[%.*s:%.*s](%.*s%.*s)", separator,
                                    TEXT_PRINT(object), TEXT_PRINT(id),
                                    TEXT_PRINT(run->store->timeline), TEXT_PRINT(id));
    return buffer_append_format(&summary->links, error, "%s%.*s:%.*s", separator,
                                TEXT_PRINT(object), TEXT_PRINT(id));
}

/* SELECT of (owner, object, id, record's object, record's id), ordered by owner. */
static enum error_code make_select(const struct store_run *run, struct buffer *select,
                                   struct error *error)
{
    enum error_code code = buffer_append_format(select, error, "SELECT DISTINCT CASE n.object");

    for (size_t index = 0; !code && index < run->store->object_count; index++) {
        const struct text name = run->store->objects[index].schema.name;
        code = buffer_append_format(select, error,
                                    " WHEN '%.*s' THEN (SELECT o.owner_id FROM \"%.*s\" o"
                                    " WHERE o.id = CAST(n.object_id AS INTEGER))",
                                    TEXT_PRINT(name), TEXT_PRINT(name));
    }
    return code ? code
                : buffer_append_format(
                      select, error,
                      " END AS owner, n.object, n.object_id,"
                      " CASE WHEN n.object_id IS NULL THEN n.integration_object END,"
                      " CASE WHEN n.object_id IS NULL THEN n.integration_id END"
                      " FROM note n WHERE n.run = ? ORDER BY owner, n.object, CAST(n.object_id AS "
                      "INTEGER)");
}

/* Send the last one and begin that of the next owner. */
static enum error_code begin_summary(struct store_run *run, struct summary *summary,
                                     struct text owner, struct error *error)
{
    if (send(run, summary, error))
        return error->code;
    summary->objects = 0;
    buffer_clear(&summary->links);
    return text_copy(run->scratch, owner, &summary->owner, error);
}

enum error_code notify_owners(struct store_run *run, struct error *error)
{
    const struct arena_mark mark = arena_mark(run->scratch);
    struct summary summary = {.owner = TEXT_ABSENT, .links = BUFFER(SUMMARY_CEILING)};
    struct buffer select = BUFFER(1 << 30);
    struct rows rows;
    enum error_code code = make_select(run, &select, error);

    if (!code) {
        rows_open_once(&rows, &run->store->sql, NULL, error, select.data, "i", run->id);
        while (rows_next(&rows)) {
            const struct text owner = rows_text(&rows);
            if (!text_equal(owner, summary.owner))
                rows.code = begin_summary(run, &summary, owner, error);
            if (!rows.code)
                rows.code = add_link(run, &summary, &rows, error);
        }
        code = rows_close(&rows);
    }
    if (!code)
        code = send(run, &summary, error);
    buffer_release(&select);
    buffer_release(&summary.links);
    arena_rewind(run->scratch, mark);
    return code;
}
