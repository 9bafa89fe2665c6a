/*
 * vcard: vCards (2.1, 3.0 and 4.0) property by property, and writing them. For store/objects/ only.
 *
 * Folded lines are joined, quoted-printable and ISO-8859-1 (2.1) are decoded, groups are taken off.
 * Lines that are not properties are skipped; a line of more than a mebibyte ends the file.
 */
#ifndef TANDEM_STORE_OBJECTS_VCARD_H
#define TANDEM_STORE_OBJECTS_VCARD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/text.h"

struct vcard_reader {
    FILE *in;
    char *line, *next;      /* unfolded, and the one after it; owned */
    size_t size, next_size; /* of the buffers */
    bool has_next, ended;
    uint64_t number; /* of the line that was read last */
};

struct vcard_property {
    char name[32];          /* "EMAIL", upper case */
    struct text parameters; /* ";TYPE=CELL;PREF=1", upper case, or empty */
    struct text value;      /* decoded, escapes still in it */
};

/* `in` is borrowed. vcard_reader_release must follow; it does not close `in`. */
void vcard_reader_init(struct vcard_reader *reader, FILE *in);
void vcard_reader_release(struct vcard_reader *reader);
/* The next property; texts live in the arena. *there false: the file ends. ERROR_INVALID if a line
 * is too long. */
WARN_UNUSED enum error_code vcard_read(struct vcard_reader *reader, struct arena *arena,
                                       struct vcard_property *property, bool *there,
                                       struct error *error);
/* The component (from 0) of a value such as "Lee;Kim;;Dr.", without its escapes; absent if it is
 * missing or empty. */
WARN_UNUSED enum error_code vcard_component(struct text value, size_t index, struct arena *arena,
                                            struct text *component, struct error *error);

/* Write "NAME:" and the texts with ';' between, escaped and folded; nothing if all are empty. */
void vcard_write(FILE *out, const char *name, const struct text *texts, size_t count);

#endif
