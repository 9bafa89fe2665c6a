/*
 * script: one loaded version of an integration, as its bindings see it. For script/ only.
 *
 * A binding finds its script through script_of.
 */
#ifndef TANDEM_SCRIPT_BINDINGS_SCRIPT_H
#define TANDEM_SCRIPT_BINDINGS_SCRIPT_H

#include <lauxlib.h>
#include <lua.h>

#include "script/bindings/manifest.h"
#include "script/bindings/script_options.h"
#include "script/sandbox/sandbox_private.h"

/* The parts of an integration, by file. */
enum script_part {
    PART_FIELDS,
    PART_REPORT_BUILDER,
    PART_ORDER_EXECUTIONER,
    PART_VALUE_NORMALIZER,
    PART_HOOKS,
    PART_WEBHOOK_READER,
    PART_COUNT
};
const char *script_part_name(enum script_part part); /* "report_builder" */

struct script {
    struct script_options options; /* home, name and lib copied into the arena */
    struct arena *arena;
    struct sandbox *sandbox;
    struct manifest manifest;
    struct script_version version;
    struct arena *scratch; /* of the binding call that runs now; NULL: none has needed it yet */
    bool loading;          /* the load phase has no HTTP */
    int parts[PART_COUNT]; /* registry references; LUA_NOREF: the file does not exist */
};

/* The script that a Lua state belongs to, which script_bind has told it. */
struct script *script_of(lua_State *L);
void script_bind(struct script *script, lua_State *L);
/* An empty arena for what one call of a binding needs. Borrowed: the next call clears it, so it
 * must not outlive a call of Lua code. Raises that there is no memory for `what`. */
struct arena *script_scratch(lua_State *L, const char *what);
/* Push a function of a part; false (nothing pushed) if there is none. */
bool script_push_function(struct script *script, lua_State *L, enum script_part part,
                          const char *function);
/* The same; raises if there is none. */
void script_need_function(struct script *script, lua_State *L, enum script_part part,
                          const char *function);
bool script_has_function(struct script *script, enum script_part part, const char *function);

/* A handle is a userdata that the host looks at after the call: it must not be collected before.
 * script_keep: the userdata on top; script_drop may be called at any time and never raises. */
void script_keep(lua_State *L, const void *handle);
void script_drop(struct script *script, const void *handle);

/* Into script->manifest, from the table on top; raises what is wrong with it. */
void manifest_read(lua_State *L, struct script *script);
/* Raises, with the caller's place and the names that exist, if the manifest has no object of this
 * name: `what` is where it was given. NULL: nothing is checked. */
void manifest_check_object(lua_State *L, const struct manifest *manifest, struct text name,
                           const char *what);

#endif
