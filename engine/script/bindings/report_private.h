/*
 * What the files of the binding of reports share: the handle and add_object (binding_report*.c),
 * the request and its cursor (binding_request.c). Nobody else includes it.
 */
#ifndef TANDEM_SCRIPT_BINDINGS_REPORT_PRIVATE_H
#define TANDEM_SCRIPT_BINDINGS_REPORT_PRIVATE_H

#include "script/bindings/bindings.h"

/* Cursors that are no texts are kept as JSON behind a byte that no text of an API begins with. */
enum { CURSOR_JSON = '\x01' };

/* What the userdata of a report keeps for add_object: a table of what its names mean (see there).
 */
enum { REPORT_NAMES = 1 };

/* report:add_object{...}, for a report that the engine asked for; its handle is at index 1. */
int binding_report_add_object(lua_State *L);

/* What is said of a record is of no use; the record is as it was. Returns what a method does. */
int binding_report_tell(lua_State *L, struct report_handle *handle, struct report_fault fault);
/* Without an id nothing can be done with a record (spec 13.11): is there none at `index`, neither a
 * text that came undamaged nor a whole number? */
bool binding_report_lacks_id(lua_State *L, int index);
/* What lacks one is left out and told, by its place in the report; returns what a method does. */
int binding_report_leave_out(lua_State *L, struct report_handle *handle, struct text object,
                             struct text message);

/* Raise the error of a function of model/report.h. It is the engine's own if there is no memory:
 * then it ends the call even if the script catches it. */
void binding_report_check(lua_State *L, struct report_handle *handle, enum error_code code,
                          const struct error *error);

#endif
