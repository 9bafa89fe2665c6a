/* tandem connect: from nothing to a first sync, step by step. */
#include <stdio.h>
#include <string.h>

#include "cli/commands/commands.h"
#include "cli/commands/connect_steps.h"
#include "cli/line/ask.h"

/* X(name, what the step is) */
#define STEPS(X)                                                                                   \
    X(address, "the address of the system")                                                        \
    X(credentials, "the credentials")                                                              \
    X(check, "the connection and the configuration")                                               \
    X(mapping, "fields that could be mapped")                                                      \
    X(match, "which records are the same")                                                         \
    X(plan, "what a first sync would change")                                                      \
    X(sync, "the first sync")

enum step {
#define X(name, says) STEP_##name,
    STEPS(X)
#undef X
        STEP_COUNT
};
static const struct {
    const char *name, *says;
} steps[] = {
#define X(name, says) {#name, says},
    STEPS(X)
#undef X
};

static bool is_among(const struct invocation *invocation, const char *option, enum step step)
{
    for (size_t i = 0; i < invocation_count(invocation, option); i++) {
        if (strcmp(invocation_nth(invocation, option, i), steps[step].name) == 0)
            return true;
    }
    return false;
}

static enum error_code check_names(const struct invocation *invocation, const char *option,
                                   struct error *error)
{
    for (size_t i = 0; i < invocation_count(invocation, option); i++) {
        const char *const named = invocation_nth(invocation, option, i);
        size_t step = 0;
        while (step < STEP_COUNT && strcmp(named, steps[step].name) != 0)
            step++;
        if (step == STEP_COUNT)
            return error_set(
                error, ERROR_USAGE,
                "option '--%s' is '%s', which is not a step: address, credentials, check, "
                "mapping, match, plan or sync",
                option, named);
    }
    return ERROR_NONE;
}

/* A mistyped value can be typed again at once. */
static enum error_code check(struct connect *connect, struct error *error)
{
    for (;;) {
        bool again = false;
        struct error refused = {.code = ERROR_NONE};
        if (!connect_command(connect, "check", NULL, EXIT_DONE, &refused))
            return ERROR_NONE;
        if (refused.code == ERROR_REFUSED && connect->asks &&
            ask_yes("  type the address and the credentials again?", true, &again, error))
            return error->code;
        if (!again) {
            *error = refused;
            return error->code;
        }
        const bool named = connect->again;
        connect->again = true;
        const bool failed = connect_address(connect, error) || connect_credentials(connect, error);
        connect->again = named;
        if (failed)
            return error->code;
    }
}

/* Nothing is sent before somebody agrees: on a terminal, or by selecting the step. */
static enum error_code sync_first(struct connect *connect, struct error *error)
{
    static const char *const first[] = {"--first-time-sync", NULL};
    bool yes = connect->again;
    if (!yes && connect->asks && ask_yes("  sync now?", false, &yes, error))
        return error->code;
    if (yes)
        return connect_command(connect, "sync", first, EXIT_NEEDS_ATTENTION, error);
    printf("  not yet: tandem sync %s --first-time-sync\n", connect->name);
    return ERROR_NONE;
}

static enum error_code take_step(struct connect *connect, enum step step, struct error *error)
{
    static const char *const planned[] = {"--first-time-sync", "--limit", "5", NULL};
    switch (step) {
    case STEP_address:
        return connect_address(connect, error);
    case STEP_credentials:
        return connect_credentials(connect, error);
    case STEP_check:
        return check(connect, error);
    case STEP_mapping:
        return connect_mapping(connect, error);
    case STEP_match:
        return connect_command(connect, "match", NULL, EXIT_NEEDS_ATTENTION, error);
    case STEP_plan:
        /* Conflicts are left to people, now or later. */
        return connect_command(connect, "plan", planned, EXIT_CHANGES_PENDING, error);
    case STEP_sync:
    case STEP_COUNT:
        break;
    }
    return sync_first(connect, error);
}

static enum error_code run_connect(const struct invocation *invocation, struct error *error)
{
    struct connect connect = {.invocation = invocation, .name = invocation->arguments[0]};
    const bool only = invocation_has(invocation, "only");
    if (check_names(invocation, "only", error) || check_names(invocation, "skip", error) ||
        connect_open(&connect, error))
        return error->code;
    connect.asks = ask_possible() && !invocation_has(invocation, "yes");
    for (enum step step = 0; step < STEP_COUNT; step++) {
        connect.again = is_among(invocation, "only", step);
        if ((only && !connect.again) || is_among(invocation, "skip", step))
            continue;
        printf("%d. %s\n", (int)step + 1, steps[step].says);
        if (take_step(&connect, step, error))
            return error->code;
    }
    return ERROR_NONE;
}

#define STEP_NAMES "address|credentials|check|mapping|match|plan|sync"

static const struct option options[] = {
    OPTION("only", "STEP",
           "take only this step, even if it was taken before: address, credentials, check, "
           "mapping, match, plan or sync",
           .repeatable = true, .choices = STEP_NAMES),
    OPTION("skip", "STEP", "leave this step out", .repeatable = true, .choices = STEP_NAMES),
    FLAG("yes", "ask nothing: a missing value is an error, and nothing is synced"),
    {.name = NULL},
};

const struct command command_connect = {
    .name = "connect",
    .arguments = "NAME",
    .summary = "lead an integration from nothing to a first sync, step by step",
    .details =
        "Makes config/integrations/NAME.lua from its example, asks for address and "
        "credentials, checks the connection, suggests further fields by their names, types "
        "and values and adds them to the mapping if you agree, shows which records are the "
        "same and what a first sync would change, and syncs if you agree. What is known "
        "already is not asked again, so it can be run as often as you like.\n\n"
        "With --yes nothing is asked: fields that fit are then proposed in "
        "config/integrations/NAME.lua.proposed.\n\n"
        "Answers are kept in config/environment (mode 600), which 'env' of a configuration "
        "reads after the environment itself. Everything else is a plain file without secrets, "
        "to be edited and committed.",
    .examples =
        "  tandem connect espocrm\n  tandem connect espocrm --only credentials --only check\n"
        "  ESPOCRM_URL=https://crm.example.com ESPOCRM_API_KEY=... tandem connect espocrm --yes",
    .options = options,
    .run = run_connect,
};
