/*
 * text_plain: a text by its letters alone, for the question whether two texts say the same.
 */
#ifndef TANDEM_BASE_TEXT_PLAIN_H
#define TANDEM_BASE_TEXT_PLAIN_H

#include <stdint.h>

#include "base/text.h"

struct arena;

/* Unicode's NFKC, case folded, blanks of every kind (line ends among them) as one blank, none at
 * the ends. What is not UTF-8 stays as it is. Lives in the arena. Fails only for lack of memory. */
WARN_UNUSED enum error_code text_plain(struct arena *arena, struct text text, struct text *plain,
                                       struct error *error);
/* Is the code point a blank of any kind? */
bool text_plain_is_blank(int32_t character);

#endif
