/*
 * bindings: the globals and the objects that scripts work with. For script/ only.
 *
 * Functions named push_* or read_* may raise Lua errors and therefore run inside of protected calls
 * only; what they allocate in C lives in arenas or userdata, so that nothing is lost when they do.
 */
#ifndef TANDEM_SCRIPT_BINDINGS_BINDINGS_H
#define TANDEM_SCRIPT_BINDINGS_BINDINGS_H

#include "script/bindings/arena_account.h"
#include "model/order.h"
#include "script/bindings/script.h"
#include "script/convert/convert.h"
#include "script/convert/json_convert.h"
#include "script/convert/json_marks.h"

/* ---- the bindings: each sets its globals ---- */
void binding_log_open(lua_State *L);
void binding_datetime_open(lua_State *L);
void binding_cache_open(lua_State *L);
void binding_links_open(lua_State *L);
void binding_config_open(lua_State *L); /* from the script's options */
void binding_crypto_open(lua_State *L);
void binding_http_open(lua_State *L);

/* ---- binding_report.c ---- */

/* The type of a field as fields.lua says; UNKNOWN if it says nothing. */
typedef enum value_type field_type_source(void *context, struct text object, struct text field);

/* What the fields of the last record meant, in their order: the next one of its kind mostly has the
 * same. */
enum { REPORT_FIELDS_KNOWN = 64 };
struct report_known_fields {
    const struct manual_object *object;
    size_t count;
    struct {
        struct text name;   /* the manual's */
        lua_Integer packed; /* as add_object has it */
    } fields[REPORT_FIELDS_KNOWN];
};

struct report_handle {
    struct report *report; /* NULL while the report is only being prepared, and after the call */
    const struct manual *manual;
    const struct manifest *manifest; /* borrowed */
    field_type_source *type_of;
    void *type_context;
    struct report_known_fields known;
    bool normalizes; /* the integration has a value_normalizer.to_internal */
    bool ended;
    bool abandoned;       /* a preparation that has to be started again */
    struct error failure; /* of the engine, not of the script: ends the run in any case */
    struct sandbox_wait wait;
    struct arena_account account;
};
/* Push a report for scripts; *handle lives until script_drop at least. */
void binding_report_push(lua_State *L, struct report_handle **handle);
void binding_report_open(lua_State *L);

/* ---- binding_report_object.c ---- */
/* Replace the value on top, as the third party gave it, by value_normalizer.to_internal(value,
 * field), if the script has such a function. */
void binding_report_object_normalize(lua_State *L, struct text object, struct text field,
                                     enum value_type type);

/* ---- binding_request.c ---- */
void binding_request_push(lua_State *L, const struct request *request);

/* ---- binding_order.c ---- */
struct order_handle {
    struct order *order;             /* NULL after the call */
    const struct manifest *manifest; /* borrowed; NULL: any object's name is taken */
    field_type_source *type_of;      /* NULL: the types of their fields are those of ours */
    void *type_context;
    struct error failure;
    struct arena_account account;
};
void binding_order_push(lua_State *L, struct order *order, struct order_handle **handle);
void binding_order_open(lua_State *L); /* changes as well */

/* ---- binding_change.c ---- */
/* A change of the order at `order_index`: the same userdata each time. */
void binding_change_push(lua_State *L, int order_index, struct order_change *change);
/* The same; raises also if it belongs to another order. */
struct order_change *binding_change_of_order(lua_State *L, int index,
                                             const struct order_handle *order);
/* { object =, id = }; returns how many values it pushes: none without an id. */
int binding_change_push_link(lua_State *L, const struct order_link *link);
void binding_change_open(lua_State *L);

/* ---- binding_answer.c ---- */

/* The last argument of an answer: an instant, or a table { at =, fields =, types =, version = }
 * with the record as the third party stored it, its values as in a report; what the change did not
 * send, and fields of an unknown type, are not looked at. */
void binding_answer_read_details(lua_State *L, int index, const struct order_handle *handle,
                                 const struct order_change *change, const char *what,
                                 struct order_answer *answer);
/* The characters of a note that are kept: operators read it, and it is often what the API has said.
 */
enum { BINDING_NOTE_MOST = 2000 };
/* { counts = false }: the object is not to blame for the retry. *reason is on the stack, redacted;
 * absent: none is given. */
bool binding_answer_read_retry(lua_State *L, int index, struct text *reason);
/* The names in { fields = { ... } }; 0: none are given. They are borrowed from the table. */
size_t binding_answer_read_refused(lua_State *L, int index, struct order *order,
                                   struct text **names);

#endif
