/*
 * value_text: values as plain text, and plain decimal text as numbers.
 *
 * What normalization, field checks, identifiers and messages share; knows no types of fields.
 */
#ifndef TANDEM_MODEL_VALUE_TEXT_H
#define TANDEM_MODEL_VALUE_TEXT_H

#include "model/value.h"

/* Room for any finite double written out, with its NUL. */
enum { VALUE_TEXT_NUMBER_SIZE = 352 };

/* The shortest plain decimal that reads back as the same number: "7", "0.0000001", never an
 * exponent, "0" for -0. The number must be finite. Returns `out`. */
const char *value_text_number(double number, char out[VALUE_TEXT_NUMBER_SIZE]);

/* The value as a text field stores it (decision 9): plain decimal, "true", ISO 8601 in UTC, lists
 * joined with "|", references as "object:id"; absent for null. Borrows from the value where it
 * can, else from the arena. Fails only for lack of memory. */
WARN_UNUSED enum error_code value_text_of(struct arena *arena, const struct value *value,
                                          struct text *text, struct error *error);

/* The items between the "|" of a text, as views of it; the empty text has one empty item. */
WARN_UNUSED enum error_code value_text_split(struct arena *arena, struct text text,
                                             const struct text **items, size_t *count,
                                             struct error *error);

/* A plain decimal that was taken apart (decision 4). */
struct value_decimal {
    bool negative;
    struct text whole;    /* digits before the point, leading zeros removed; may be empty */
    struct text fraction; /* digits behind it, trailing zeros removed; may be empty */
};

/* Blanks at the ends are ignored; false if the text is not a plain decimal. */
bool value_text_decimal(struct text text, struct value_decimal *decimal);

#endif
