/*
 * What the bindings, the loader and the exchange share; nobody else includes it.
 *
 * A binding finds its script through script_of. Functions named push_* or read_* may raise Lua
 * errors and therefore run inside of protected calls only; what they allocate in C lives in arenas
 * or userdata, so that nothing is lost when they do.
 */
#ifndef TANDEM_SCRIPT_SCRIPT_PRIVATE_H
#define TANDEM_SCRIPT_SCRIPT_PRIVATE_H

#include <lauxlib.h>
#include <lua.h>

#include "script/loader.h"
#include "script/sandbox_private.h"
#include "sync/order.h"

/* The parts of an integration, by file. */
enum script_part {
    PART_FIELDS,
    PART_REPORT_BUILDER,
    PART_ORDER_EXECUTIONER,
    PART_VALUE_NORMALIZER,
    PART_HOOKS,
    PART_COUNT
};
const char *script_part_name(enum script_part part); /* "report_builder" */

struct memory_cache; /* binding_cache.c */

struct script {
    struct script_options options; /* home, name and lib copied into the arena */
    struct arena *arena;
    struct sandbox *sandbox;
    struct manifest manifest;
    struct script_version version;
    struct memory_cache *memory_cache;
    bool loading;          /* the load phase has no HTTP */
    int parts[PART_COUNT]; /* registry references; LUA_NOREF: the file does not exist */
};

struct script *script_of(lua_State *L);
void script_bind(struct script *script, lua_State *L);
/* Push a function of a part; false (nothing pushed) if there is none. */
bool script_push_function(struct script *script, lua_State *L, enum script_part part,
                          const char *function);
bool script_has_function(struct script *script, enum script_part part, const char *function);

/* ---- convert.c: between Lua and the engine ---- */

struct text text_at(lua_State *L, int index);   /* a view of a string on the stack */
void push_text(lua_State *L, struct text text); /* nil if absent */
void push_instant(lua_State *L, instant at);    /* ISO text; nil for INSTANT_NONE */
/* nil, json.null: NONE; ISO or epoch text; an epoch number. Raises, naming `what`. */
instant read_instant(lua_State *L, int index, const char *what);
/* The same without a name and without raising: false if it takes a closer look. */
bool read_plain_instant(lua_State *L, int index, instant *at);
/* A string, or an integer (also as integral float) as text; replaces the stack slot by the text.
 * Raises, naming `what` ("the id of a 'citizen'"). */
struct text read_id(lua_State *L, int index, const char *what);
/* A raw value in the arena; raises, naming `what`. */
struct raw_value read_raw(lua_State *L, int index, struct arena *arena, const char *what);
/* The frequent kinds, without raising: false if it takes a closer look. A text is a view of the
 * stack, not a copy. */
bool read_plain(lua_State *L, int index, struct raw_value *raw);
void push_raw(lua_State *L, const struct raw_value *raw);
/* As it is sent to an integration. */
void push_value(lua_State *L, const struct value *value);
/* Raise the error's message if `code` is one. */
void raise_if(lua_State *L, enum error_code code, const struct error *error);
/* Raise for a key of the table at `index` that is not in the NULL-terminated list. */
void check_keys(lua_State *L, int index, const char *const *known, const char *what);

/* ---- manifest.c ---- */

/* Into script->manifest, from the table on top; raises what is wrong with it. */
void manifest_read(lua_State *L, struct script *script);
/* Raises, with the place of the caller and what there is, if the manifest has no object of this
 * name: `what` is where it was given. NULL: nothing is checked. */
void manifest_check_object(lua_State *L, const struct manifest *manifest, struct text name,
                           const char *what);

/* ---- binding_json.c ---- */
void push_json_null(lua_State *L);
bool is_json_null(lua_State *L, int index);
bool is_json_array(lua_State *L, int index);
void mark_json_array(lua_State *L, int index);
void push_json_decoded(lua_State *L, struct text json); /* raises for what is not JSON */

/* ---- json_encode.c ---- */
void push_json_encoded(lua_State *L, int index); /* a string; raises for what JSON can't say */

/* ---- the bindings: each sets its globals ---- */
void open_json(lua_State *L);
void open_log(lua_State *L);
void open_datetime(lua_State *L);
void open_cache(lua_State *L);
void open_config(lua_State *L); /* from the script's options */
void open_crypto(lua_State *L);
void open_http(lua_State *L);
void open_require(lua_State *L);
void memory_cache_free(struct memory_cache *cache); /* accepts NULL */

/* A handle is a userdata that the host looks at after the call: it must not be collected before.
 * handle_keep: the userdata on top; handle_drop may be called at any time and never raises. */
void handle_keep(lua_State *L, const void *handle);
void handle_drop(struct script *script, const void *handle);

/* ---- binding_report.c ---- */

/* The type of a field as fields.lua says; UNKNOWN if it says nothing. */
typedef enum value_type field_type_source(void *context, struct text object, struct text field);

struct report_handle {
    struct report *report; /* NULL while the report is only being prepared, and after the call */
    const struct manual *manual;
    const struct manifest *manifest; /* borrowed */
    field_type_source *type_of;
    void *type_context;
    bool normalizes; /* the integration has a value_normalizer.to_internal */
    bool ended;
    bool abandoned;       /* a preparation that has to be started anew */
    struct error failure; /* of the engine, not of the script: ends the run whatever happens */
    struct sandbox_wait wait;
};
/* Push a report for scripts; *handle lives until handle_drop at least. */
void push_report(lua_State *L, struct report_handle **handle);
void open_report(lua_State *L);

/* ---- binding_request.c ---- */
void push_request(lua_State *L, const struct request *request);

/* ---- binding_order.c ---- */
struct order_handle {
    struct order *order;             /* NULL after the call */
    const struct manifest *manifest; /* borrowed; NULL: any object's name is taken */
    struct error failure;
};
void push_order(lua_State *L, struct order *order, struct order_handle **handle);
void open_order(lua_State *L); /* changes as well */

/* ---- binding_change.c ---- */
/* A change of the order at `order_index`: the same userdata each time. */
void push_change(lua_State *L, int order_index, struct order_change *change);
/* The change at `index`; raises if it is none, or its call has ended. */
struct order_change *change_at(lua_State *L, int index);
/* The same; raises also if it belongs to another order. */
struct order_change *change_of_order(lua_State *L, int index, const struct order_handle *order);
void open_change(lua_State *L);

#endif
