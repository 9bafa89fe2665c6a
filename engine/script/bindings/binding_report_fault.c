/* What of a report is left out, and errors of its functions. */
#include "script/bindings/report_private.h"

void binding_report_check(lua_State *L, struct report_handle *handle, enum error_code code,
                          const struct error *error)
{
    if (code == ERROR_MEMORY && !handle->failure.code)
        handle->failure = *error;
    convert_raise_if(L, code, error);
}

bool binding_report_lacks_id(lua_State *L, int index)
{
    return lua_isnoneornil(L, index) || json_marks_is_null(L, index) ||
           (lua_type(L, index) == LUA_TSTRING &&
            text_is_empty(text_trim(convert_text_at(L, index))));
}

int binding_report_tell(lua_State *L, struct report_handle *handle, struct report_fault fault)
{
    struct error error;
    binding_report_check(L, handle, report_add_fault(handle->report, &fault, &error), &error);
    return 0;
}

int binding_report_leave_out(lua_State *L, struct report_handle *handle, struct text object,
                             struct text message)
{
    char place[64];
    const struct report *const report = handle->report;
    (void)snprintf(place, sizeof place, "entry %zu",
                   report->object_count + report->deletion_count + report->merge_count +
                       report->remap_count + report->relation_count + report->fault_count + 1);
    return binding_report_tell(
        L, handle,
        (struct report_fault){
            .object = object, .id = text_of(place), .message = message, .left_out = true});
}
