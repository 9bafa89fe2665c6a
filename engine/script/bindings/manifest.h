/*
 * manifest: what an integration says of itself (integration.lua), as data.
 */
#ifndef TANDEM_SCRIPT_BINDINGS_MANIFEST_H
#define TANDEM_SCRIPT_BINDINGS_MANIFEST_H

#include "base/text.h"

/* Every command that tracks changes looks at all of them, of every integration. */
enum { MANIFEST_OBJECTS_MOST = 1000 };

struct manifest_object {
    struct text name;     /* "citizen" */
    struct text internal; /* "contact" */
};
/* integration.lua: name, display_name, version, api, objects, idempotent_creates,
 * independent_pages, stable_cursors. */
struct manifest {
    struct text name, display_name, version;
    const struct manifest_object *objects; /* in the order in which they sync */
    size_t object_count;
    bool idempotent_creates;   /* the API knows a create by its idempotency key */
    int64_t idempotent_for_ms; /* so long; 0: for ever */
    bool stable_cursors;       /* a cursor means the same place, whatever has changed since */
    bool independent_pages;    /* a page can be requested before the previous one has arrived */
};

#endif
