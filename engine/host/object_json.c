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
