/*
 * text_plain: a text reduced to its letters, to compare what two texts say.
 */
#ifndef TANDEM_BASE_TEXT_PLAIN_H
#define TANDEM_BASE_TEXT_PLAIN_H

#include <stdint.h>

#include "base/text.h"

struct arena;

/* NFKC, case folded, each run of blanks (line ends included) as one blank, none at the ends.
 * What is not UTF-8 stays as it is. Lives in the arena. Fails only for lack of memory. */
WARN_UNUSED enum error_code text_plain(struct arena *arena, struct text text, struct text *plain,
                                       struct error *error);
/* Is the code point a blank of any kind? */
bool text_plain_is_blank(int32_t character);

#endif
