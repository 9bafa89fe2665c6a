/* tandem check: every mistake of an integration, before it costs a run. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/terminal.h"
#include "cli/commands/commands.h"
#include "cli/commands/check_integration.h"
#include "cli/line/options.h"
#include "cli/show/output.h"
#include "host/registration.h"
#include "host/signals.h"
#include "store/check/store_check.h"

/* The kernel's restrictions behind the sandbox on this machine. */
static void tell_fence(const struct fence_state *fence)
{
    printf("behind the sandbox: limits of memory and CPU time, no core dumps; Landlock %s, seccomp "
           "%s\n",
           fence->landlock ? "in force" : "not there", fence->seccomp ? "in force" : "not there");
}

static size_t show(const struct invocation *invocation, const struct checked *checked, json_t *list)
{
    const struct findings *const findings = checked->findings;
    if (list) {
        const struct fence_state *const fence = &checked->integration.fence;
        json_t *const found = findings_json(findings, checked->name);
        json_object_set_new(found, "landlock", json_integer(fence->landlock));
        json_object_set_new(found, "seccomp", json_boolean(fence->seccomp));
        json_array_append_new(list, found);
        return findings->mistakes.count;
    }
    findings_print(findings, invocation->options.quiet);
    if (invocation->options.verbosity > 0)
        tell_fence(&checked->integration.fence);
    const bool asked =
        checked->integration.http && http_client_counts(checked->integration.http).requests > 0;
    if (!invocation->options.quiet && !findings->mistakes.count && !findings->warnings.count)
        printf("%.*s: fine%s\n", TEXT_PRINT(checked->name),
               asked ? "" : "; the API was not called, so address and credentials were not tested");
    else if (!invocation->options.quiet)
        printf("%.*s: %zu %s, %zu %s\n", TEXT_PRINT(checked->name), findings->mistakes.count,
               findings->mistakes.count == 1 ? "mistake" : "mistakes", findings->warnings.count,
               findings->warnings.count == 1 ? "warning" : "warnings");
    return findings->mistakes.count;
}

/* Check one integration and show what was found: as text, or as an element of `list`. */
static enum error_code check_named(const struct invocation *invocation, struct session *session,
                                   struct text name, json_t *list, size_t *mistakes,
                                   struct error *error)
{
    struct checked checked = {.name = name, .findings = calloc(1, sizeof *checked.findings)};
    if (!checked.findings)
        return error_memory(error, "the findings");
    checked.findings->arena = session->arena;
    const enum error_code code =
        check_integration(session, &checked, invocation_has(invocation, "offline"), error);
    if (!code)
        *mistakes = show(invocation, &checked, list);
    integration_close(&checked.integration);
    free(checked.findings);
    /* Settings that were found correct take effect now, also for edits and deletions by plain
     * SQL. */
    return code || *mistakes ? code : registration_refresh(session, NULL, error);
}

/* ---- all of them ---- */

/* The child's part: its JSON, if requested, goes into `output`. */
static int check_in_child(const struct invocation *invocation, const char *name, int output)
{
    struct session session;
    struct error error = {.code = ERROR_NONE};
    size_t mistakes = 0;
    json_t *const list = output >= 0 ? json_array() : NULL;
    enum error_code code = session_open(&invocation->options, &session, &error);
    signals_watch(NULL);
    if (!code)
        code = check_named(invocation, &session, text_of(name), list, &mistakes, &error);
    if (!code && list && json_dumpfd(list, output, JSON_COMPACT) != 0)
        code = error_set(&error, ERROR_SYSTEM, "the findings could not be passed on");
    if (!code)
        code = output_flush(&error);
    json_decref(list);
    session_close(&session);
    if (code)
        terminal_error(&error);
    return code ? (int)exit_code_of_error(code) : mistakes ? (int)EXIT_WRONG_USE : (int)EXIT_DONE;
}

static json_t *read_list(int input)
{
    json_t *const list = json_loadfd(input, 0, NULL);
    close(input);
    return list;
}

/* Each integration is checked in its own process, so its scripts cannot see the secrets of others,
 * and whatever they do to their process affects no other. */
static enum error_code fork_check(const struct invocation *invocation, const char *name,
                                  json_t *lists, int *exit_code, struct error *error)
{
    int ends[2] = {-1, -1}, status = 0;
    if (lists && pipe2(ends, O_CLOEXEC) != 0)
        return error_set(error, ERROR_SYSTEM, "cannot make a pipe: %s", strerror(errno));
    const pid_t child = fork();
    if (child == 0)
        _exit(check_in_child(invocation, name, ends[1]));
    if (ends[1] >= 0)
        close(ends[1]);
    json_t *const list = lists ? read_list(ends[0]) : NULL;
    if (list)
        json_array_extend(lists, list);
    json_decref(list);
    if (child < 0 || waitpid(child, &status, 0) != child)
        return error_set(error, ERROR_SYSTEM, "cannot start a process: %s", strerror(errno));
    if (WIFSIGNALED(status))
        terminal_warning("the check of '%s' was ended by signal %d", name, WTERMSIG(status));
    *exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_RUN_FAILED;
    return ERROR_NONE;
}

/* Each child opens the store itself: a connection must not be used after a fork. */
static enum error_code check_all(const struct invocation *invocation, const struct text *names,
                                 size_t count, struct error *error)
{
    json_t *const lists = invocation_has(invocation, "json") ? json_array() : NULL;
    for (size_t i = 0; i < count; i++) {
        int ended = EXIT_DONE;
        if (fork_check(invocation, names[i].bytes, lists, &ended, error)) {
            json_decref(lists);
            return error->code;
        }
        if (ended > (int)*invocation->exit_code)
            *invocation->exit_code = (enum exit_code)ended;
    }
    if (lists)
        return output_json(lists, error);
    if (!count && !invocation->options.quiet)
        fputs("there is no integration: config/integrations has none\n", stdout);
    return ERROR_NONE;
}

static enum error_code check_each(const struct invocation *invocation, struct error *error)
{
    struct home home;
    struct text *names = NULL;
    size_t count = 0;
    struct arena *const arena = arena_new(0);
    if (!arena)
        return error_memory(error, "the integrations");
    enum error_code code = home_open(invocation->options.home, &home, error);
    if (!code)
        code = configuration_integration_names(home.path, arena, &names, &count, error);
    if (!code)
        code = check_all(invocation, names, count, error);
    arena_free(arena);
    return code;
}

static enum error_code check_single(const struct invocation *invocation, struct session *session,
                                    struct error *error)
{
    size_t mistakes = 0;
    const char *const name = invocation->arguments[0];
    if (integration_exists(session, name, error))
        return error->code;
    json_t *const list = invocation_has(invocation, "json") ? json_array() : NULL;
    signals_watch(NULL);
    const enum error_code code =
        check_named(invocation, session, text_of(name), list, &mistakes, error);
    if (mistakes)
        *invocation->exit_code = EXIT_WRONG_USE;
    if (!code && list)
        return output_json(list, error);
    json_decref(list);
    return code;
}

/* ---- the store ---- */

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

static enum error_code check_store(const struct invocation *invocation, struct session *session,
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

static enum error_code run_check(const struct invocation *invocation, struct error *error)
{
    struct session *const session = invocation->session;
    const bool store = invocation_has(invocation, "store");
    if (!store && invocation_has(invocation, "mend"))
        return error_set(error, ERROR_USAGE, "option '--mend' repairs the store and needs --store");
    if (!store && !invocation->argument_count)
        return check_each(invocation, error);
    if (store)
        return session_open_existing(&invocation->options, session, error) ||
                       check_store(invocation, session, error)
                   ? error->code
                   : ERROR_NONE;
    return session_open(&invocation->options, session, error)
               ? error->code
               : check_single(invocation, session, error);
}

static const struct option options[] = {
    FLAG("offline", "do not compare the mapping with the fields of the API"),
    FLAG("store", "check the store instead: its file, layout, links, changes, quarantine. Exit "
                  "code 0: sound, 4: there are findings, 1: damaged, restore a backup"),
    FLAG(
        "mend",
        "with --store: repair everything that needs no decision; exit code 4 if something is left"),
    FLAG("json", "print a JSON array"),
    {.name = NULL},
};

const struct command command_check = {
    .name = "check",
    .arguments = "[NAME]",
    .summary = "find every mistake in configuration, manifest, scripts and mapping",
    .details = "Loads the integration in its sandbox, checks manifest, configuration and mapping, "
               "and compares the mapping with the fields of the API if it answers. No object is "
               "changed; settings that were found correct (mapping lines, on_deleted_here) take "
               "effect at once, also for edits made with plain SQL. Exit code 2 if there is a "
               "mistake; warnings are not mistakes.",
    .examples =
        "  tandem check\n  tandem check helloworld --offline\n  tandem check --store --mend",
    .options = options,
    .run = run_check,
};
