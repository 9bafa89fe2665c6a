/*
 * faults: what goes wrong on purpose, and when. Set by options and by POST /_control.
 */
#ifndef HELLO_FAULTS_H
#define HELLO_FAULTS_H

#include <jansson.h>
#include <stdbool.h>

enum fault_kind {
    FAULT_DROP,        /* the connection is closed before any work is done */
    FAULT_FAIL,        /* a status (429, 503 ...), perhaps with Retry-After; no work is done */
    FAULT_HTML,        /* a status with a page of HTML; no work is done */
    FAULT_BROKEN_JSON, /* the work is done, the answer is half a document */
    FAULT_TRUNCATE,    /* the work is done, the connection breaks inside the answer */
    FAULT_DROP_ANSWER, /* the work is done, the connection is closed without an answer */
    FAULT_KINDS
};

struct fault {
    json_int_t count; /* how many requests it still hits */
    json_int_t after; /* how many matching requests pass before */
    unsigned status;
    char retry_after[64]; /* header value; empty: none */
    char method[16];      /* empty: any */
    char path[64];        /* prefix of the path */
};

struct faults {
    struct fault kinds[FAULT_KINDS];
    json_int_t latency_ms;
    json_t *without; /* owned: ["citizen:phone"]: these fields do not exist any more */
    json_t *busy; /* owned: ["citizen", "citizen:5"]: these items are answered with 503 */
};

bool faults_init(struct faults *faults);
void faults_release(struct faults *faults);
/* Takes the members of a control document that are faults. False with `message` on a wrong one. */
bool faults_control(struct faults *faults, const json_t *document, char message[200]);
/* Does this fault hit this request? If so, it is used up by one and copied to `hit`. */
bool faults_take(struct faults *faults, enum fault_kind kind, const char *method, const char *path,
                 struct fault *hit);
/* Is this item (id 0: new) to be answered with 503? */
bool faults_busy(const struct faults *faults, const char *object, json_int_t id);
/* Was this field taken away? */
bool faults_without(const struct faults *faults, const char *object, const char *field);
/* A new reference. */
json_t *faults_describe(const struct faults *faults);

#endif
