/*
 * script_links: which records of the other system are linked here. A script needs them where an API
 * does not report deletions (it compares them with what is still there), and where it requests more
 * details only for records whose object here was edited.
 *
 * Implemented over the store by host/, and by speckit/ for specs; per integration.
 */
#ifndef TANDEM_SCRIPT_BINDINGS_SCRIPT_LINKS_H
#define TANDEM_SCRIPT_BINDINGS_SCRIPT_LINKS_H

#include "base/arena.h"
#include "base/text.h"

struct script_links {
    void *context;
    /* At most `limit` ids of records of this object, in the order of their bytes, after `id`
     * (empty: from the first one on). They live in the arena. */
    enum error_code (*after)(void *context, struct text object, struct text id, size_t limit,
                             struct arena *arena, struct texts *ids, struct error *error);
    /* Those of these ids whose object here was edited, and the edit has not been sent there yet.
     * They live in the arena. */
    enum error_code (*edited)(void *context, struct text object, const struct texts *ids,
                              struct arena *arena, struct texts *edited, struct error *error);
};

#endif
