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
    made->fields = ARENA_ARRAY(arena, lines, struct order_field);
    made->decided = ARENA_ARRAY(arena, lines, struct value);
    made->empty = (struct pull_decision){
        .base_versions = ARENA_ARRAY(arena, fields, struct base_version),
        .notes = ARENA_ARRAY(arena, lines * NOTES_PER_LINE, struct pull_note),
        .decisions = ARENA_ARRAY(arena, lines, struct decision),
        .blocks = ARENA_ARRAY(arena, lines, size_t),
        .owed = ARENA_ARRAY(arena, lines, size_t),
        .edits = ARENA_ARRAY(arena, lines, struct pull_edit),
        .matters = ARENA_ARRAY(arena, lines * MATTERS_PER_LINE, struct pull_matter)};
    const struct pull_decision *empty = &made->empty;
    if (!made->slot || !made->tracked || !made->fields || !made->decided || !empty->base_versions ||
        !empty->notes || !empty->decisions || !empty->blocks || !empty->owed || !empty->edits ||
        !empty->matters)
        return error_memory(error, "a page");
    *workspace = made;
    return ERROR_NONE;
}
