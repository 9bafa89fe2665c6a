/*
 * value_form: is one value only another form of another (spec section 13.2, decision 95)?
 *
 * Third parties trim, cut, rewrite and round what they are sent. What they show afterwards is
 * theirs, but nobody edited it.
 */
#ifndef TANDEM_MODEL_VALUE_FORM_H
#define TANDEM_MODEL_VALUE_FORM_H

#include "model/value.h"

/* *form: `reported` (with the type that the report gave it) is what a third party may have made of
 * `sent` (of our field's type). Equal values are forms of each other; of an empty one only an empty
 * one is. `arena` is for scratch. Fails only for lack of memory. */
WARN_UNUSED enum error_code value_is_form(struct arena *arena, const struct value *sent,
                                          const struct value *reported, bool *form,
                                          struct error *error);

#endif
