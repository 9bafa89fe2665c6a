/*
 * setup: what a seed's world is like: the two third parties, what syncs with what, in which
 * direction. Made once per seed and read-only afterwards.
 */
#ifndef TANDEM_TESTS_CONVERGENCE_SETUP_H
#define TANDEM_TESTS_CONVERGENCE_SETUP_H

#include "convergence/random.h"
#include "model/run.h"

enum { FIELD_COUNT = 6, FIELD_KEY = 0, FIELD_NUMBER = 4, KIND_MAX = 3, PARTY_COUNT = 2 };

/* Our objects. */
enum object_type { TYPE_CONTACT, TYPE_COMPANY, TYPE_COUNT };

enum flow { FLOW_NONE, FLOW_BOTH, FLOW_IN, FLOW_OUT }; /* FLOW_IN: to us */

/* An object of a party. */
struct kind {
    const char *name;
    enum object_type type;
};

/* What real parties and their users do, each to be switched off by itself (manners.h). */
enum manner {
    MANNER_FORMS,    /* it keeps texts in a form of its own */
    MANNER_IGNORES,  /* it never writes what it is sent in some field */
    MANNER_LAGS,     /* it shows old versions for a while */
    MANNER_REFUSES,  /* it refuses some field, and takes the others */
    MANNER_RESTORES, /* records that were deleted are given back */
    /* Those up to here are in each history, the others in every fifth (setup_manners). */
    MANNER_WORDS,   /* somebody writes words where we have numbers */
    MANNER_RELOADS, /* our tables are emptied and filled again by SQL */
    MANNER_TWINS,   /* two objects of ours get one key */
    MANNER_MOVES,   /* a key is given to another record there */
    MANNER_UPSERTS, /* what is gone here is made anew, and its create finds the old record there */
    MANNER_NAMES,   /* syncs of one object or record only; its answers by ids give change tokens */
    MANNER_REVERTS, /* a value is taken back here to what it was */
    MANNER_OVERSTEPS, /* somebody here edits what is theirs alone */
    MANNER_LINES,     /* fields are newly mapped */
    MANNER_SWITCHES,  /* integrations are switched off and on */
    MANNER_MERGES,    /* two objects of ours are made one, while a push is out */
    MANNER_POLICIES,  /* what is deleted there is deleted here */
    MANNER_GARBLES,   /* some answers have bytes that were lost on the way */
    MANNER_REWRITES,  /* both write one field again, each in its own way */
    MANNER_TIES,      /* one field is edited on both sides in the same minute */
    MANNER_UNDOES,    /* an edit against one of theirs is taken back while a run is under way */
    MANNER_CLOCKS,    /* clocks are wrong by hours, which the Date of answers tells, or unknown */
    MANNER_CONNECTS,  /* the second integration is connected while the first one runs */
    MANNER_COUNT
};

/* What it makes of values that it is sent (manners.h); nothing: it keeps them as they are. */
struct manners {
    bool collapses, small, cuts; /* forms of texts */
    bool rounds;                 /* numbers, to one decimal */
    size_t ignored;              /* a field in which it never writes what it is sent; 0: none */
    int64_t lag_ms;              /* for so long it shows what it had before */
    size_t refused;              /* a field that it does not take; 0: none */
    bool restores, words, garbles;
    size_t rewritten; /* a field that its own rules write again (rewriting.h); 0: none */
};

struct party_setup {
    const char *name;
    struct kind kinds[KIND_MAX]; /* in the manual's order; a Lead can become a Contact */
    size_t kind_count;
    enum flow flows[TYPE_COUNT][FIELD_COUNT];
    uint32_t mapped_when[TYPE_COUNT][FIELD_COUNT]; /* world_moment then; 0: from the beginning */
    bool field_dates; /* says when each field changed, not just the record */
    bool minute_cut;  /* its instants are whole minutes */
    bool upper_bound; /* leaves out what is newer than the window */
    bool cursors;     /* pages by cursor; else by iteration */
    bool idempotent;  /* knows the key of a create again */
    bool tells_deletions;
    bool deletes_here; /* what is deleted there is deleted here */
    bool changed_only; /* reports only the fields that changed in the window */
    bool tokens;       /* knows what changed by change tokens, not by dates */
    int64_t skew_ms;   /* of its clock; hours if it has tokens, or tells them */
    bool dated;        /* its answers say how late it is there (a Date header) */
    bool undated;      /* they could, and do not */
    uint32_t page_size;
    struct manners manners;
};

struct setup {
    struct party_setup parties[PARTY_COUNT];
    enum tie_policy on_tie;
    bool faults;
    unsigned manners; /* bits by enum manner; 0: nobody has any */
};

/* The manners of a seed's history, as bits. */
unsigned setup_manners(uint64_t seed);
struct setup setup_of(uint64_t seed, bool faults, unsigned manners);
bool setup_has_manner(const struct setup *setup, enum manner manner);
const char *setup_object_name(enum object_type type);
const char *setup_field_name(enum object_type type, size_t field);
enum value_type setup_field_type(enum object_type type, size_t field);
/* No party sends this field one way to us, so that users may edit it here. */
bool setup_is_ours(const struct setup *setup, enum object_type type, size_t field);
/* The party sends some field of this type one way to us. */
bool setup_has_inward(const struct party_setup *party, enum object_type type);
const char *setup_flow_name(enum flow flow);

#endif
