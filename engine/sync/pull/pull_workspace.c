/* Memory for one decision after another, allocated once for a page. */
#include "sync/pull/pull_workspace.h"

/* "unreadable" and "required_empty" of the line, and the latter once more for a record to be
 * created. One line begins or ends at most these matters. */
enum { NOTES_PER_LINE = 4, MATTERS_PER_LINE = 8 };

enum error_code pull_workspace_new(struct arena *arena, const struct manual *manual,
                                   struct pull_workspace **workspace, struct error *error)
{
    struct pull_workspace *made = ARENA_NEW(arena, struct pull_workspace);
    size_t fields = 0, lines = 0;
    *workspace = NULL;
    for (size_t i = 0; i < manual->entry_count; i++) {
        const struct manual_entry *entry = manual->entries[i];
        if (entry->internal->field_count > fields)
            fields = entry->internal->field_count;
        if (entry->line_count > lines)
            lines = entry->line_count;
    }
    if (!made)
        return error_memory(error, "a page");
    made->slot = ARENA_ARRAY(arena, fields, size_t);
    made->tracked =
        (const struct tracked_change **)arena_array(arena, fields, sizeof *made->tracked);
    made->base_versions = ARENA_ARRAY(arena, fields, struct base_version);
    made->fields = ARENA_ARRAY(arena, lines, struct order_field);
    made->blocks = ARENA_ARRAY(arena, lines, size_t);
    made->owed = ARENA_ARRAY(arena, lines, size_t);
    made->edits = ARENA_ARRAY(arena, lines, struct pull_edit);
    made->matters = ARENA_ARRAY(arena, lines * MATTERS_PER_LINE, struct pull_matter);
    made->notes = ARENA_ARRAY(arena, lines * NOTES_PER_LINE, struct pull_note);
    made->decisions = ARENA_ARRAY(arena, lines, struct decision);
    made->decided = ARENA_ARRAY(arena, lines, struct value);
    if (!made->blocks || !made->slot || !made->tracked || !made->base_versions || !made->fields ||
        !made->owed || !made->edits || !made->matters || !made->notes || !made->decisions ||
        !made->decided)
        return error_memory(error, "a page");
    *workspace = made;
    return ERROR_NONE;
}
