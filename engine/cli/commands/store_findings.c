/* The output of `tandem check --store`, and repairs. */
#include "cli/commands/store_findings.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/show/output.h"
#include "store/check/store_check.h"

static json_t *finding_json(const struct store_finding *finding)
{
    return json_pack("{s:s, s:I, s:o, s:b, s:s?, s:s?}", "what", finding->what, "count",
                     (json_int_t)finding->count, "first", value_json_text(finding->first),
                     "can_be_mended", finding->mend != NULL, "mend", finding->mend, "advice",
                     finding->advice);
}

static void print_finding(const struct store_finding *finding)
{
    output_line("%" PRIu64 " %s, such as '%.*s'; %s%s", finding->count, finding->what,
                TEXT_PRINT(finding->first), finding->mend ? "with --mend " : "",
                finding->mend ? finding->mend : finding->advice);
}

/* The last line: what is to be done now. */
static void print_verdict(const struct store_finding *findings, size_t count)
{
    size_t mendable = 0;
    for (size_t i = 0; i < count; i++)
        mendable += findings[i].mend != NULL;
    if (!count)
        puts("the store is sound");
    else if (mendable == count)
        puts("'tandem check --store --mend' repairs this");
    else if (mendable)
        puts("'tandem check --store --mend' repairs some of this; the rest needs your decision");
    else
        puts("none of this can be repaired automatically: it needs your decision");
}

/* Homes that were made before files were the operator's alone. */
static void tell_open(const struct invocation *invocation, size_t open)
{
    if (!open || invocation->options.quiet)
        return;
    if (invocation_has(invocation, "mend"))
        printf("%zu %s below var that other users could open: now only the operator can\n", open,
               open == 1 ? "file" : "files");
    else
        printf("%zu %s below var that other users can open; --mend restricts them to the "
               "operator\n",
               open, open == 1 ? "file" : "files");
}

enum error_code store_findings(const struct invocation *invocation, struct session *session,
                               struct error *error)
{
    struct store_finding *findings = NULL;
    size_t count = 0;
    uint64_t mended = 0;
    size_t open = 0;
    if ((invocation_has(invocation, "mend") &&
         store_mend(session->store, session->arena, &mended, error)) ||
        store_check(session->store, session->arena, &findings, &count, error) ||
        home_narrow(&session->home, invocation_has(invocation, "mend"), &open, error))
        return error->code;
    if (count || (open && !invocation_has(invocation, "mend")))
        *invocation->exit_code = EXIT_NEEDS_ATTENTION;
    if (invocation_has(invocation, "json")) {
        json_t *const list = json_array();
        for (size_t i = 0; i < count; i++)
            json_array_append_new(list, finding_json(&findings[i]));
        return output_json(list, error);
    }
    if (mended && !invocation->options.quiet)
        printf("%" PRIu64 " mended\n", mended);
    tell_open(invocation, open);
    for (size_t i = 0; i < count; i++)
        print_finding(&findings[i]);
    if (!invocation->options.quiet)
        print_verdict(findings, count);
    return output_flush(error);
}
