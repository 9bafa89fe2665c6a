#include "cli/store_findings.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/output.h"
#include "store/store_check.h"

static json_t *finding_json(const struct store_finding *finding)
{
    return json_pack("{s:s, s:I, s:o, s:b}", "what", finding->what, "count",
                     (json_int_t)finding->count, "first", output_json_text(finding->first),
                     "can_be_mended", finding->mend != NULL);
}

static void print_finding(const struct store_finding *finding)
{
    printf("%" PRIu64 " %s, such as '", finding->count, finding->what);
    output_text(stdout, finding->first);
    if (finding->mend)
        printf("'; with --mend %s\n", finding->mend);
    else
        fputs("'; merge or delete what should not be there\n", stdout);
}

enum error_code store_findings(struct session *session, enum exit_code *exit_code,
                               struct error *error)
{
    const struct invocation *const invocation = session->invocation;
    const bool json = invocation_has(invocation, "json");
    struct store_finding findings[STORE_CHECK_KINDS];
    uint64_t mended = 0, left = 0;
    enum error_code code = ERROR_NONE;
    if (invocation_has(invocation, "mend") && (code = store_mend(session->store, &mended, error)))
        return code;
    if ((code = store_check(session->store, session->arena, findings, error)))
        return code;
    json_t *const list = json ? json_array() : NULL;
    for (size_t i = 0; i < STORE_CHECK_KINDS; i++) {
        if (!findings[i].count)
            continue;
        left += findings[i].mend ? findings[i].count : 0;
        if (json)
            json_array_append_new(list, finding_json(&findings[i]));
        else
            print_finding(&findings[i]);
    }
    if (left)
        *exit_code = EXIT_NEEDS_ATTENTION;
    if (json)
        return output_json(list, error);
    if (mended && !invocation->quiet)
        printf("%" PRIu64 " mended\n", mended);
    if (!left && !invocation->quiet)
        fputs("the store is sound\n", stdout);
    return output_flush(error);
}
