/*
 * request: what the engine asks of a side in one iteration (spec sections 3 to 5).
 * Lives in the iteration's arena.
 */
#ifndef TANDEM_MODEL_REQUEST_H
#define TANDEM_MODEL_REQUEST_H

#include "model/manual.h"

enum side { SIDE_INTERNAL, SIDE_INTEGRATION };

struct request_object {
    const struct manual_object *object;
    const size_t *fields; /* indexes in object->fields, in the manual's order */
    size_t field_count;
    const size_t *required_fields; /* a subset of fields */
    size_t required_count;
    const bool *requested;  /* by index in object->fields */
    const bool *required;   /* by index in object->fields */
    const bool *identifies; /* integration side, by the same index: counts if it is reported, asked
                               for or not; NULL: none */
    instant from;           /* INSTANT_NONE: from the beginning */
    instant to;
    struct text position;   /* the change token given back, or the stored position as ISO text;
                               absent: none */
    const struct text *ids; /* NULL: not limited; else only these */
    size_t id_count;
    const struct text *again; /* internal side: these in addition, which were requested before */
    size_t again_count;
    struct text page_after; /* internal side: only objects after this id; absent: from the first */
};

struct request_option {
    struct text key, value;
};

struct request {
    enum side side;
    struct text integration;
    unsigned iteration; /* 1, 2, 3 ... */
    unsigned depth;     /* 0, or that of a nested pull */
    bool first_time;
    bool selective; /* limited to ids: only these objects */
    bool full;      /* internal side: by dates or ids instead of by tracked changes */
    struct request_object *objects; /* one per object, in the manual's order */
    size_t object_count;
    const struct request_option *options; /* the free options */
    size_t option_count;
    struct text cursor; /* what the previous report set; absent: none */
    unsigned page_size; /* internal side: objects per kind and iteration */
};

/* NULL if this object is not requested. */
const struct request_object *request_object_of(const struct request *request,
                                               const struct manual_object *object);

/* Does this line make its field part of a request to this side? */
bool request_asks_for(const struct manual_line *line, enum side side);
/* Fill in the fields of `asked`, whose object is set: the requested ones in the manual's order,
 * each once. Fails only for lack of memory. */
WARN_UNUSED enum error_code request_object_fields(struct arena *arena, const struct manual *manual,
                                                  enum side side, struct request_object *asked,
                                                  struct error *error);

#endif
