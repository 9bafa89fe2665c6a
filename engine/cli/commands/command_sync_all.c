/* tandem sync --all: every enabled integration, each in a process of its own. */
#include "cli/commands/command_sync_all.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error_number.h"
#include "host/children.h"
#include "cli/show/listing.h"
#include "host/session.h"
#include "cli/line/sync_options.h"

enum { SUMMARY_DIGITS = 6 };

/* Options that mean the same for every integration. */
static const char *const passed_flags[] = {"first-time-sync",   "disable-pull",
                                           "disable-push",      "disable-activity-push",
                                           "allow-mass-change", NULL};
static const char *const passed_values[] = {"start-datetime", "end-datetime", "internal-object-id",
                                            "option", NULL};
/* Options of one run. */
static const char *const refused[] = {"integration-object-id", "resume", "dry-run", NULL};

struct all {
    const struct invocation *invocation;
    struct session session;
    struct child *children; /* owned */
    size_t count;
    json_t *summaries; /* one object for each child; owned */
};

static enum error_code check_options(const struct invocation *invocation, struct error *error)
{
    if (invocation->argument_count)
        return error_set(error, ERROR_USAGE, "'tandem sync' takes a NAME or --all, not both: '%s'",
                         invocation->arguments[0]);
    if (invocation->session.cassette)
        return error_set(error, ERROR_USAGE,
                         "'tandem record' records one integration: leave out --all");
    for (size_t i = 0; refused[i]; i++) {
        if (invocation_has(invocation, refused[i]))
            return error_set(error, ERROR_USAGE,
                             "option '--%s' is for one integration and does not go with --all",
                             refused[i]);
    }
    return ERROR_NONE;
}

/* ---- who is synced ---- */

/* A broken one is synced, too: its own run reports best what is wrong with it. */
static bool is_enabled(struct all *all, struct text name)
{
    struct integration_configuration *configuration = NULL;
    struct error ignored = {.code = ERROR_NONE};
    const enum error_code code = configuration_integration_load(
        all->session.home.path, name.bytes, all->session.configuration, all->session.log,
        &configuration, &ignored);
    const bool enabled = code || configuration->enabled;
    configuration_integration_free(configuration);
    return enabled;
}

static enum error_code add_word(struct all *all, char **words, size_t *count, const char *option,
                                const char *value, struct error *error)
{
    struct text word = TEXT_ABSENT;
    const enum error_code code = text_format(all->session.arena, &word, error, "--%s%s%s", option,
                                             value ? "=" : "", value ? value : "");
    if (!code)
        words[(*count)++] = (char *)(uintptr_t)word.bytes;
    return code;
}

/* "sync NAME --json --home=... " and the given options that make sense for all. */
static enum error_code words_for(struct all *all, struct text name, char *const **arguments,
                                 struct error *error)
{
    const struct invocation *const invocation = all->invocation;
    static char sync[] = "sync", verbose[] = "-v", more_verbose[] = "-vv";
    char **const words = ARENA_ARRAY(all->session.arena, invocation->given_count + 12, char *);
    size_t count = 0;
    enum error_code code = words ? ERROR_NONE : error_memory(error, "the words of a command line");
    if (code)
        return code;
    words[count++] = sync;
    words[count++] = (char *)(uintptr_t)name.bytes;
    code = add_word(all, words, &count, "home", all->session.home.path, error);
    if (!code)
        code = add_word(all, words, &count, "json", NULL, error);
    if (!code && invocation->session.quiet)
        code = add_word(all, words, &count, "quiet", NULL, error);
    if (invocation->session.verbosity)
        words[count++] = invocation->session.verbosity > 1 ? more_verbose : verbose;
    for (size_t i = 0; !code && passed_flags[i]; i++) {
        if (invocation_has(invocation, passed_flags[i]))
            code = add_word(all, words, &count, passed_flags[i], NULL, error);
    }
    for (size_t i = 0; passed_values[i]; i++) {
        for (size_t n = 0; !code && n < invocation_count(invocation, passed_values[i]); n++)
            code = add_word(all, words, &count, passed_values[i],
                            invocation_nth(invocation, passed_values[i], n), error);
    }
    words[count] = NULL;
    *arguments = words;
    return code;
}

static enum error_code find_children(struct all *all, struct error *error)
{
    struct text *names = NULL;
    size_t count = 0;
    enum error_code code = configuration_integration_names(
        all->session.home.path, all->session.arena, &names, &count, error);
    if (code)
        return code;
    all->children = calloc(count + 1, sizeof *all->children);
    if (!all->children)
        return error_memory(error, "the integrations");
    for (size_t i = 0; !code && i < count; i++) {
        if (!is_enabled(all, names[i]))
            continue;
        struct child *const child = &all->children[all->count++];
        child->name = names[i].bytes;
        code = words_for(all, names[i], &child->arguments, error);
    }
    return code;
}

/* ---- how it went ---- */

static const char *status_of(const struct child *child)
{
    if (!child->started)
        return "not_started";
    switch (child->exit_code) {
    case EXIT_WRONG_USE:
        return "refused";
    case EXIT_LOCKED:
        return "locked";
    default:
        return "failed";
    }
}

/* A run that did not start has no summary: its result takes the summary's place. */
static json_t *summary_of(const struct child *child)
{
    static const char program[] = "tandem: ";
    json_error_t ignored;
    json_t *summary = child->output.length
                          ? json_loadb(child->output.data, child->output.length, 0, &ignored)
                          : NULL;
    char killed[64] = "", number[ERROR_NUMBER_TEXT_SIZE], line[sizeof child->last_line];
    char *sentence = line;
    (void)snprintf(line, sizeof line, "%s", child->last_line);
    if (strncmp(sentence, program, sizeof program - 1) == 0)
        sentence += sizeof program - 1;
    if (!child->started)
        (void)snprintf(line, sizeof line, "interrupted before it began");
    else if (child->signal_number) {
        snprintf(killed, sizeof killed, "the process was ended by signal %d", child->signal_number);
        sentence = killed;
    }
    if (!json_is_object(summary)) {
        json_decref(summary);
        const bool numbered = *error_number_cut(sentence, number);
        summary = json_pack("{s:o, s:n, s:s, s:o, s:s?}", "integration",
                            value_json_text(text_of(child->name)), "run", "status",
                            status_of(child), "error", value_json_text(text_of(sentence)),
                            "error_code", numbered ? number : NULL);
    }
    json_object_set_new(summary, "exit_code", json_integer(child->exit_code));
    return summary;
}

static const struct listing_member columns[] = {
    {.heading = "name", .path = "integration", .otherwise = "-"},
    {.heading = ">run", .path = "run", .otherwise = "-"},
    {.heading = "status", .path = "status", .otherwise = "-"},
    {.heading = ">pulled", .path = "pull.reported", .otherwise = "-"},
    {.heading = ">created", .path = "pull.created", .otherwise = "-"},
    {.heading = ">updated", .path = "pull.updated", .otherwise = "-"},
    {.heading = ">reported", .path = "push.reported", .otherwise = "-"},
    {.heading = ">created", .path = "push.created", .otherwise = "-"},
    {.heading = ">updated", .path = "push.updated", .otherwise = "-"},
    {.heading = ">seconds", .path = "seconds", .otherwise = "-"},
    {.heading = "error", .path = "error", .otherwise = ""},
};

static enum error_code print(struct all *all, struct error *error)
{
    enum error_code code = ERROR_NONE;
    if (invocation_has(all->invocation, "json"))
        code = output_json_digits(json_incref(all->summaries), SUMMARY_DIGITS, error);
    else if (!all->invocation->session.quiet)
        code = listing_print_json(columns, sizeof columns / sizeof *columns, all->summaries, stdout,
                                  error);
    return code ? code : output_flush(error);
}

static enum error_code carry_out_all(struct all *all, size_t jobs, enum exit_code *exit_code,
                                     struct error *error)
{
    bool interrupted = false;
    enum error_code code = children_run(all->children, all->count, jobs, &interrupted, error);
    all->summaries = json_array();
    for (size_t i = 0; !code && i < all->count; i++) {
        if (json_array_append_new(all->summaries, summary_of(&all->children[i])) != 0)
            code = error_memory(error, "the summaries");
        *exit_code = children_worse(*exit_code, (enum exit_code)all->children[i].exit_code);
    }
    return code ? code : print(all, error);
}

enum error_code command_sync_all(const struct invocation *invocation, enum exit_code *exit_code,
                                 struct error *error)
{
    struct all all = {.invocation = invocation};
    struct run_options ignored = {.no_pull = false};
    size_t jobs = children_default_jobs();
    enum error_code code = check_options(invocation, error);
    if (code)
        return code;
    code = children_read_jobs(invocation_value(invocation, "jobs"), &jobs, error);
    if (code)
        return code;
    /* The store is made here if it is missing, so that the processes do not all try to. */
    code = session_open(&invocation->session, &all.session, error);
    if (!code)
        code = sync_options_read(all.session.arena, invocation, session_now(&all.session), &ignored,
                                 error);
    if (!code)
        code = find_children(&all, error);
    if (!code && all.count == 0)
        code = error_set(error, ERROR_REFUSED,
                         "no integration is enabled: see 'tandem list', and 'enabled' in "
                         "config/integrations/NAME.lua");
    if (!code)
        code = carry_out_all(&all, jobs, exit_code, error);
    json_decref(all.summaries);
    children_release(all.children, all.count);
    free(all.children);
    session_close(&all.session);
    return code;
}
