/* Objects of ours as JSON. */
#include "host/object_json.h"

#include "model/value_json.h"

json_t *object_json_row(const struct object_schema *schema, const struct object_row *row)
{
    json_t *const fields = json_object();
    for (size_t i = 0; fields && i < schema->field_count; i++) {
        const struct text name = schema->fields[i].name;
        if (json_object_setn_new(fields, name.bytes, name.length, value_json_of(&row->values[i]))) {
            json_decref(fields);
            return NULL;
        }
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "id", value_json_text(row->id), "fields", fields,
                     "added", value_json_instant(row->added), "modified",
                     value_json_instant(row->modified), "identified",
                     value_json_instant(row->identified));
}

json_t *object_json_import(const struct import_result *result, bool preview)
{
    json_t *const refusals = json_array(), *const columns = json_array();
    const size_t told =
        result->refused < IMPORT_REFUSALS_TOLD ? (size_t)result->refused : IMPORT_REFUSALS_TOLD;
    for (size_t i = 0; i < told; i++)
        json_array_append_new(
            refusals, json_pack("{s:I, s:o}", "line", (json_int_t)result->refusals[i].line,
                                "reason", value_json_text(text_of(result->refusals[i].reason))));
    for (size_t i = 0; i < result->column_count; i++) {
        const struct import_column *const column = &result->columns[i];
        json_array_append_new(
            columns,
            json_pack(
                "{s:o, s:o, s:b, s:o}", "column", value_json_text(text_of(column->name)), "field",
                value_json_text(*column->field ? text_of(column->field) : TEXT_ABSENT), "unknown",
                (int)column->unknown, "sample", value_json_text(text_of(column->sample))));
    }
    return json_pack("{s:b, s:I, s:I, s:I, s:o, s:o}", "preview", (int)preview, "added",
                     (json_int_t)result->added, "updated", (json_int_t)result->updated, "refused",
                     (json_int_t)result->refused, "refusals", refusals, "columns", columns);
}
