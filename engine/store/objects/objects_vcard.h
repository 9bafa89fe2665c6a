/*
 * objects_vcard: contacts as vCards. For store/objects/ only.
 */
#ifndef TANDEM_STORE_OBJECTS_OBJECTS_VCARD_H
#define TANDEM_STORE_OBJECTS_OBJECTS_VCARD_H

#include "store/objects/objects_layout.h"
#include "store/objects/vcard.h"

/* The fields of an object that a card contains, each once. */
struct objects_card {
    struct object_assignment *assignments; /* in the arena */
    size_t count;
};

/* ERROR_USAGE for an object that is no contact. */
WARN_UNUSED enum error_code objects_vcard_check(const struct store_object *object,
                                                struct error *error);
/* The next card; *there false: the file ends, a card that is not ended included. */
WARN_UNUSED enum error_code objects_vcard_read(struct vcard_reader *reader,
                                               const struct store_object *object,
                                               struct arena *arena, struct objects_card *card,
                                               bool *there, struct error *error);
/* version: "3.0" or "4.0". */
WARN_UNUSED enum error_code objects_vcard_write(FILE *out, const struct store_object *object,
                                                const struct object_row *row, const char *version,
                                                struct arena *arena, struct error *error);

#endif
