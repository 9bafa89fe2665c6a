/* What of a report is left out, and errors of its functions. */
#include "script/bindings/report_private.h"

#include <math.h>
#include <string.h>

/* Greater doubles stand for several whole numbers. */
static const double LARGEST_EXACT = 9007199254740991.;

void binding_report_check(lua_State *L, struct report_handle *handle, enum error_code code,
                          const struct error *error)
{
    if (code == ERROR_MEMORY && !handle->failure.code)
        handle->failure = *error;
    convert_raise_if(L, code, error);
}

/* What was damaged on the way (json_mend.h) might be several records' id. */
static bool is_damaged(struct text id)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    return memmem(id.bytes, id.length, replacement, sizeof replacement - 1) != NULL;
}

bool binding_report_lacks_id(lua_State *L, int index)
{
    int whole = 0;
    if (lua_type(L, index) == LUA_TNUMBER) {
        (void)lua_tointegerx(L, index, &whole);
        return !whole || (!lua_isinteger(L, index) && fabs(lua_tonumber(L, index)) > LARGEST_EXACT);
    }
    if (lua_type(L, index) != LUA_TSTRING)
        return true;
    const struct text id = convert_text_at(L, index);
    return text_is_empty(text_trim(id)) || is_damaged(id);
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
