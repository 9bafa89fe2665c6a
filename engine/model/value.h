/*
 * value: what a field holds, as received (raw) and normalized.
 *
 * A raw value is plain JSON as a report, a default or a file gave it. A value has one of the
 * engine's types and a normalized form; normalization is strict: what cannot be read is
 * "unreadable", and nothing is guessed (spec section 1, decisions 1 to 13).
 *
 * Neither struct owns its memory: texts and lists live in the arena or the caller's buffer they
 * were made from. Both can be copied freely within that lifetime.
 */
#ifndef TANDEM_MODEL_VALUE_H
#define TANDEM_MODEL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/text.h"

/* X(constant, name) */
#define VALUE_TYPES(X)                                                                             \
    X(VALUE_TYPE_UNKNOWN, "unknown") /* undeclared: unreadable, even null */                       \
    X(VALUE_TYPE_BOOLEAN, "boolean")                                                               \
    X(VALUE_TYPE_DATE, "date")                                                                     \
    X(VALUE_TYPE_DATETIME, "datetime")                                                             \
    X(VALUE_TYPE_TIME, "time")                                                                     \
    X(VALUE_TYPE_DOUBLE, "double")                                                                 \
    X(VALUE_TYPE_FLOAT, "float")                                                                   \
    X(VALUE_TYPE_INT, "int")                                                                       \
    X(VALUE_TYPE_EMAIL, "email")                                                                   \
    X(VALUE_TYPE_PHONE, "phone")                                                                   \
    X(VALUE_TYPE_URL, "url")                                                                       \
    X(VALUE_TYPE_STRING, "string")                                                                 \
    X(VALUE_TYPE_TEXT, "text")                                                                     \
    X(VALUE_TYPE_TEXTAREA, "textarea")                                                             \
    X(VALUE_TYPE_LOOKUP, "lookup")                                                                 \
    X(VALUE_TYPE_SELECT, "select")                                                                 \
    X(VALUE_TYPE_MULTISELECT, "multiselect")                                                       \
    X(VALUE_TYPE_REGION, "region")                                                                 \
    X(VALUE_TYPE_REFERENCE, "reference")

enum value_type {
#define X(constant, name) constant,
    VALUE_TYPES(X)
#undef X
        VALUE_TYPE_COUNT
};

const char *value_type_name(enum value_type type);    /* static */
enum value_type value_type_of_name(struct text name); /* UNKNOWN if there is none */

/* Are its values texts of any content? Times and dates, which are held as texts, are not. */
static inline bool value_type_is_text(enum value_type type)
{
    const unsigned texts = 1u << VALUE_TYPE_EMAIL | 1u << VALUE_TYPE_PHONE | 1u << VALUE_TYPE_URL |
                           1u << VALUE_TYPE_STRING | 1u << VALUE_TYPE_TEXT |
                           1u << VALUE_TYPE_TEXTAREA | 1u << VALUE_TYPE_LOOKUP |
                           1u << VALUE_TYPE_SELECT | 1u << VALUE_TYPE_REGION;

    return (unsigned)type < VALUE_TYPE_COUNT && texts >> type & 1u;
}

/* Are its values held as VALUE_INTEGER or VALUE_NUMBER? */
static inline bool value_type_is_number(enum value_type type)
{
    return type == VALUE_TYPE_INT || type == VALUE_TYPE_FLOAT || type == VALUE_TYPE_DOUBLE;
}

/* What JSON can say. */
enum raw_kind { RAW_NULL, RAW_BOOLEAN, RAW_INTEGER, RAW_NUMBER, RAW_TEXT, RAW_LIST, RAW_OBJECT };

struct raw_value {
    enum raw_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double number;
        struct text text;
        struct {
            const struct raw_value *items;
            size_t count;
        } list;
        /* Of JSON objects only {"reference": {"object": O, "id": I}} means something; `object` is
         * absent for any other object. */
        struct {
            struct text object, id;
        } reference;
    } as;
};

/* How a normalized value is held. */
enum value_kind {
    VALUE_NULL,
    VALUE_BOOLEAN,
    VALUE_INTEGER,  /* type int */
    VALUE_NUMBER,   /* types float, double; always finite */
    VALUE_TEXT,     /* text types; a time as "HH:MM:SS"; a date as "YYYY-MM-DD" */
    VALUE_INSTANT,  /* type datetime */
    VALUE_LIST,     /* type multiselect; never with 0 items (that is null) unless given as [] */
    VALUE_REFERENCE /* object and id */
};

struct value {
    enum value_type type;
    enum value_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double number;
        struct text text;
        instant at;
        struct {
            const struct text *items;
            size_t count;
        } list;
        struct {
            struct text object, id;
        } reference;
    } as;
};

/* The empty value of a type. */
static inline struct value value_null(enum value_type type)
{
    /* the widest member, so that no byte is left to chance */
    return (struct value){.type = type, .kind = VALUE_NULL, .as.reference = {{NULL, 0}, {NULL, 0}}};
}

/* A value that borrows `text`; absent: the empty value. */
static inline struct value value_text(enum value_type type, struct text text)
{
    struct value value = value_null(type);

    value.kind = text_is_absent(text) ? VALUE_NULL : VALUE_TEXT;
    value.as.text = text;
    return value;
}

/* Normalize `raw` as `type`. *readable tells whether it could be read; if not, *value is null.
 * The result borrows from `raw` where it can and else from the arena.
 * Fails only for lack of memory. */
WARN_UNUSED enum error_code value_normalize(struct arena *arena, const struct raw_value *raw,
                                            enum value_type type, struct value *value,
                                            bool *readable, struct error *error);

/* Deep copy into the arena. */
WARN_UNUSED enum error_code value_copy(struct arena *arena, const struct value *value,
                                       struct value *copy, struct error *error);
WARN_UNUSED enum error_code value_raw_copy(struct arena *arena, const struct raw_value *raw,
                                           struct raw_value *copy, struct error *error);

/* null, the empty text or the empty list (decision 1). */
static inline bool value_is_empty(const struct value *value)
{
    return value->kind == VALUE_NULL || (value->kind == VALUE_TEXT && value->as.text.length == 0) ||
           (value->kind == VALUE_LIST && value->as.list.count == 0);
}
/* Decision 2: two empty ones; texts as text, numbers as numbers, others only with their own type.
 * Pure; no allocation. */
bool value_equal(const struct value *left, const struct value *right);

/* ---- Fields of the internal side ---- */

/* What a field is, beside an ordinary column. */
enum field_role {
    FIELD_ORDINARY,
    FIELD_INTERNAL_ID, /* read-only */
    FIELD_OWNER_ID,
    FIELD_POINTS,
    FIELD_TIMELINE_URL,  /* read-only */
    FIELD_DO_NOT_CONTACT /* dnc_<channel> */
};

struct field_schema {
    struct text name;
    struct text label;
    enum value_type type;
    enum field_role role;
    bool required;
    bool unique; /* an identifier: contacts and companies are found by it */
    int limit;   /* in characters (code points); 0: none */
};

enum field_verdict { FIELD_FITS, FIELD_WRONG_TYPE, FIELD_TOO_LONG };

/* What `field` stores when it is given `value` (spec section 8; conformance units/fits.json):
 * *stored has the field's own type. null fits everywhere. References into text fields and
 * do-not-contact are not decided here. Fails only for lack of memory. */
WARN_UNUSED enum error_code value_fit(struct arena *arena, const struct field_schema *field,
                                      const struct value *value, struct value *stored,
                                      enum field_verdict *verdict, struct error *error);

/* A do-not-contact value (conformance units/dnc.json): 0 contactable, 1 unsubscribed, 2 bounced,
 * 3 manual. False if it is refused. */
bool value_do_not_contact(const struct value *value, int *reason);

/* 64-bit fingerprint of a value as a field stores it; equal values (value_equal, of one type
 * family) have equal fingerprints, all empty ones the same, 0 is never returned.
 * FINGERPRINT_VERSION changes with normalization: fingerprints of another version are no base. */
enum { FINGERPRINT_VERSION = 1 };
uint64_t value_fingerprint(const struct value *value);

/* Two values of a unique identifier of `type`, that of our field, mean the same (spec 13.7;
 * units/identifiers.json): the key is the folded text, made once and compared bytewise; absent if
 * the value is empty or nothing but blanks. */
WARN_UNUSED enum error_code value_identifier_key(struct arena *arena, const struct value *value,
                                                 enum value_type type, struct text *key,
                                                 struct error *error);
/* The key of an e-mail address: folded, its domain in ASCII (IDNA), nothing invisible in it. */
WARN_UNUSED enum error_code value_mail_address(struct arena *arena, struct text address,
                                               struct text *key, struct error *error);

/* For people and logs: "Kim", "2026-03-10T12:00:00Z", "null", "[a, b]", "contact:12"; cut to
 * `limit` characters, the ellipsis included (0: no limit). */
WARN_UNUSED enum error_code value_format(struct arena *arena, const struct value *value,
                                         size_t limit, struct text *out, struct error *error);

#endif
