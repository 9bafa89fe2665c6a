/* Notes and mappings, column by column. */
#include "store/inspect/status_rows.h"

void status_rows_note(struct rows *rows, void *item)
{
    struct status_note *const note = item;

    note->id = rows_integer(rows);
    note->run = rows_integer(rows);
    note->at = rows_instant(rows);
    note->integration = rows_text(rows);
    note->object = rows_text(rows);
    note->object_id = rows_text(rows);
    note->integration_object = rows_text(rows);
    note->integration_id = rows_text(rows);
    note->about = rows_text(rows);
    note->field = rows_text(rows);
    note->message = rows_text(rows);
}

void status_rows_mapping(struct rows *rows, void *item)
{
    struct status_mapping *const mapping = item;

    mapping->key = rows_integer(rows);
    mapping->last_sync = rows_instant(rows);
    mapping->deleted = rows_flag(rows);
    mapping->integration = rows_text(rows);
    mapping->internal_object = rows_text(rows);
    mapping->internal_id = rows_text(rows);
    mapping->integration_object = rows_text(rows);
    mapping->integration_id = rows_text(rows);
}
