/* tandem sync --all: every enabled integration, each in a process of its own. */
#include "cli/commands/commands.h"

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

/* Options that mean the same for every integration, and those of one run. */
static const char *const passed[] = {"first-time-sync",
                                     "disable-pull",
                                     "disable-push",
                                     "disable-activity-push",
                                     "allow-mass-change",
                                     "start-datetime",
                                     "end-datetime",
                                     "internal-object-id",
                                     "option",
                                     NULL};
static const char *const refused[] = {"integration-object-id", "resume", "dry-run", NULL};

static bool is_among(const char *const *names, const char *name)
{
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names;
}

struct all {
    const struct invocation *invocation;
    struct session *session;
    struct child *children; /* owned */
    size_t count;
    json_t *summaries; /* one object for each child; owned */
};

static enum error_code check_options(const struct invocation *invocation, struct error *error)
{
    if (invocation->argument_count)
        return error_set(error, ERROR_USAGE, "'tandem sync' takes a NAME or --all, not both: '%s'",
                         invocation->arguments[0]);
    if (invocation->options.cassette)
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
        all->session->home.path, name.bytes, CONFIGURATION_WHOLE, all->session->configuration,
        all->session->log, &configuration, &ignored);
    const bool enabled = code || configuration->enabled;
    configuration_integration_free(configuration);
    return enabled;
}

static enum error_code add_word(struct all *all, char **words, size_t *count, const char *option,
                                const char *value, struct error *error)
{
    struct text word = TEXT_ABSENT;
    if (text_format(all->session->arena, &word, error, "--%s%s%s", option, value ? "=" : "",
                    value ? value : ""))
        return error->code;
    words[(*count)++] = (char *)(uintptr_t)word.bytes;
    return ERROR_NONE;
}

/* "sync NAME --json --home=... " and the given options that make sense for all. */
static enum error_code words_for(struct all *all, struct text name, char *const **arguments,
                                 struct error *error)
{
    const struct invocation *const invocation = all->invocation;
    static char sync[] = "sync", verbose[] = "-v", more_verbose[] = "-vv";
    char **const words = ARENA_ARRAY(all->session->arena, invocation->given_count + 12, char *);
    size_t count = 0;
    if (!words)
        return error_memory(error, "the words of a command line");
    words[count++] = sync;
    words[count++] = (char *)(uintptr_t)name.bytes;
    if (invocation->options.verbosity)
        words[count++] = invocation->options.verbosity > 1 ? more_verbose : verbose;
    if (add_word(all, words, &count, "home", all->session->home.path, error) ||
        add_word(all, words, &count, "json", NULL, error) ||
        (invocation->options.quiet && add_word(all, words, &count, "quiet", NULL, error)))
        return error->code;
    for (size_t i = 0; i < invocation->given_count; i++) {
        const struct given_option *const given = &invocation->given[i];
        if (is_among(passed, given->option->name) &&
            add_word(all, words, &count, given->option->name, given->value, error))
            return error->code;
    }
    words[count] = NULL;
    *arguments = words;
    return ERROR_NONE;
}

static enum error_code find_children(struct all *all, struct error *error)
{
    struct text *names = NULL;
    size_t count = 0;
    if (configuration_integration_names(all->session->home.path, all->session->arena, &names,
                                        &count, error))
        return error->code;
    all->children = calloc(count + 1, sizeof *all->children);
    if (!all->children)
        return error_memory(error, "the integrations");
    for (size_t i = 0; i < count; i++) {
        if (!is_enabled(all, names[i]))
            continue;
        struct child *const child = &all->children[all->count++];
        child->name = names[i].bytes;
        if (words_for(all, names[i], &child->arguments, error))
            return error->code;
    }
    return ERROR_NONE;
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

static enum error_code print(const struct all *all, struct error *error)
{
    if (invocation_has(all->invocation, "json"))
        return output_json_digits(json_incref(all->summaries), SUMMARY_DIGITS, error);
    return all->invocation->options.quiet
               ? ERROR_NONE
               : listing_print_json(columns, sizeof columns / sizeof *columns, all->summaries,
                                    stdout, error);
}

static enum error_code carry_out_all(struct all *all, size_t jobs, struct error *error)
{
    enum exit_code *const exit_code = all->invocation->exit_code;
    bool interrupted = false;
    if (children_run(all->children, all->count, jobs, &interrupted, error))
        return error->code;
    all->summaries = json_array();
    for (size_t i = 0; i < all->count; i++) {
        if (json_array_append_new(all->summaries, summary_of(&all->children[i])) != 0)
            return error_memory(error, "the summaries");
        *exit_code = children_worse(*exit_code, (enum exit_code)all->children[i].exit_code);
    }
    return print(all, error);
}

enum error_code command_sync_all(const struct invocation *invocation, struct error *error)
{
    struct all all = {.invocation = invocation, .session = invocation->session};
    struct run_options ignored = {.no_pull = false};
    size_t jobs = children_default_jobs();
    /* The store is made here if it is missing, so that the processes do not all try to. */
    if (check_options(invocation, error) ||
        children_read_jobs(invocation_value(invocation, "jobs"), &jobs, error) ||
        session_open(&invocation->options, all.session, error) ||
        sync_options_read(all.session->arena, invocation, session_now(all.session), &ignored,
                          error))
        return error->code;
    enum error_code code = find_children(&all, error);
    if (!code && all.count == 0)
        code = error_set(error, ERROR_REFUSED,
                         "no integration is enabled: see 'tandem list', and 'enabled' in "
                         "config/integrations/NAME.lua");
    if (!code)
        code = carry_out_all(&all, jobs, error);
    json_decref(all.summaries);
    children_release(all.children, all.count);
    free(all.children);
    return code;
}
