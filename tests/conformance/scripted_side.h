/*
 * scripted_side: the integration of a case played in C instead of Lua: the same as integration/,
 * for telling mistakes of the engine from mistakes of the scripts' side
 * (CONFORMANCE_WITHOUT_SCRIPTS=1 in the environment).
 */
#ifndef TANDEM_TESTS_CONFORMANCE_SCRIPTED_SIDE_H
#define TANDEM_TESTS_CONFORMANCE_SCRIPTED_SIDE_H

#include <jansson.h>

#include "model/side.h"

struct scripted_side {
    struct exchange exchange;
    const json_t *side;
    const struct manual *manual;
    json_int_t executed;
};

void scripted_side_init(struct scripted_side *self, const json_t *side,
                        const struct manual *manual);

#endif
