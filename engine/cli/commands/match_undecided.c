/* The records that `tandem match` leaves to people, one by one. */
#include "cli/commands/match_undecided.h"

#include <string.h>

#include "model/value_json.h"
#include "store/books/ambiguous_records.h"

enum error_code match_undecided_add(struct match_undecided *undecided, const struct note *note,
                                    struct arena *arena, struct error *error)
{
    if (undecided->count == MATCH_UNDECIDED_MOST)
        return ERROR_NONE;
    struct note *const copy = &undecided->notes[undecided->count];
    *copy = (struct note){.about = note->about,
                          .internal_object = note->internal_object,
                          .integration_object = note->integration_object,
                          .integration_id = note->integration_id,
                          .message = note->message};
    if (text_keep(arena, error, &copy->internal_object, &copy->integration_object,
                  &copy->integration_id, &copy->message, NULL))
        return error->code;
    undecided->count++;
    return ERROR_NONE;
}

static enum error_code add_json(const struct note *note, struct store *store,
                                struct text integration, struct arena *arena, json_t *list,
                                struct error *error)
{
    json_t *const matches = json_array();
    struct text *ids = NULL;
    size_t count = 0;
    const enum error_code code =
        strcmp(note->about, "ambiguous") == 0
            ? ambiguous_records_matches(
                  store, integration,
                  (struct object_name){note->integration_object, note->integration_id}, arena, &ids,
                  &count, error)
            : ERROR_NONE;
    for (size_t i = 0; i < count; i++)
        json_array_append_new(matches, value_json_text(ids[i]));
    json_array_append_new(list,
                          json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "reason", note->about,
                                    "object", value_json_text(note->internal_object),
                                    "integration_object", value_json_text(note->integration_object),
                                    "integration_id", value_json_text(note->integration_id),
                                    "matches", matches, "message", value_json_text(note->message)));
    return code;
}

enum error_code match_undecided_json(const struct match_undecided *undecided, struct store *store,
                                     struct text integration, struct arena *arena, json_t **json,
                                     struct error *error)
{
    enum error_code code = ERROR_NONE;
    *json = json_array();
    for (size_t i = 0; !code && i < undecided->count; i++)
        code = add_json(&undecided->notes[i], store, integration, arena, *json, error);
    return code;
}
