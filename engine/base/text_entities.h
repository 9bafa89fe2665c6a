/*
 * text_entities: the character references of HTML ("&amp;", "&#39;", "&uuml;") in a text, decoded.
 */
#ifndef TANDEM_BASE_TEXT_ENTITIES_H
#define TANDEM_BASE_TEXT_ENTITIES_H

#include "base/text.h"

struct arena;

/* Decoded until nothing changes any more: a system that escapes what it is sent turns "&amp;"
 * into "&amp;amp;". What is not a reference stays as it is. *decoded borrows from `text` if
 * there is nothing to decode, else from the arena. Fails only for lack of memory. */
WARN_UNUSED enum error_code text_decode_entities(struct arena *arena, struct text text,
                                                 struct text *decoded, struct error *error);

#endif
