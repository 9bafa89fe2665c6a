/*
 * configuration_place: the line of a configuration's text where a key stands. Pure.
 */
#ifndef TANDEM_SCRIPT_CONFIGURATION_CONFIGURATION_PLACE_H
#define TANDEM_SCRIPT_CONFIGURATION_CONFIGURATION_PLACE_H

#include "base/text.h"

/* Of the last part of a key such as "mapping.citizen.email" that is found, one after the other, as
 * `part =` or `["part"] =` outside of comments; 0: not even the first one. Tables built by code may
 * mislead it; the line only helps people. */
size_t configuration_place(struct text source, const char *key);

#endif
