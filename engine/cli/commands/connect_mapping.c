/* The fields of theirs that could be mapped: shown, and added to the configuration if the user
 * agrees.
 */
#include "cli/commands/connect_steps.h"

#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/commands/mapping_suggestion.h"
#include "cli/line/ask.h"
#include "cli/line/template.h"
#include "cli/show/listing.h"
#include "host/children.h"

/* In a process of its own, as it runs the integration's script. *fields NULL: it failed, and said
 * why. */
static enum error_code read_fields(const struct connect *connect, bool samples, json_t **fields,
                                   struct error *error)
{
    char *const words[] = {(char *)"--home",
                           (char *)connect->home.path,
                           (char *)"fields",
                           (char *)connect->name,
                           (char *)"--json",
                           samples ? (char *)"--samples" : NULL,
                           NULL};
    struct child child = {.name = connect->name, .arguments = words};
    bool interrupted = false;
    enum error_code code = children_run(&child, 1, 1, &interrupted, error);
    *fields = NULL;
    if (!code && interrupted)
        code = error_set(error, ERROR_INTERRUPTED, "interrupted: nothing more was done");
    if (!code && child.exit_code == EXIT_DONE)
        *fields = json_loadb(child.output.data, child.output.length, 0, NULL);
    children_release(&child, 1);
    return code;
}

/* With values if possible: a system without records still has fields. */
static enum error_code read_fields_or_less(const struct connect *connect, json_t **fields,
                                           struct error *error)
{
    enum error_code code = read_fields(connect, true, fields, error);
    if (code || *fields)
        return code;
    puts("  no records could be read, so only names and types are compared");
    code = read_fields(connect, false, fields, error);
    if (!code && !*fields)
        code = error_set(error, ERROR_REFUSED,
                         "the fields of '%s' cannot be read: correct what 'tandem fields %s' "
                         "reports",
                         connect->name, connect->name);
    return code;
}

static void their_cell(struct table *table, const void *item)
{
    const struct mapping_suggestion *const each = item;
    table_format(table, "  %s.%s%s", each->integration_object, each->integration_field,
                 each->writable ? "" : " (read only)");
}

static const struct listing_column columns[] = {
    {.heading = "  their field", .cell = their_cell},
    LISTING_MEMBER("our field", NULL, TEXT, struct mapping_suggestion, internal_field),
    LISTING_MEMBER("for example", NULL, TEXT, struct mapping_suggestion, sample),
};

/* ---- into a file ---- */

/* If nobody can be asked: beside the file, where 'plan --proposed' finds it. */
static enum error_code propose(const struct connect *connect, struct text changed,
                               struct error *error)
{
    char path[PATH_MAX];
    if (home_path(&connect->home, path, error, "config/integrations/%s.lua.proposed",
                  connect->name))
        return error->code;
    if (access(path, F_OK) == 0) {
        printf("  %s exists already and was not changed\n", path);
        return ERROR_NONE;
    }
    if (template_write(path, true, changed, error))
        return error->code;
    printf("  they are in %s: 'tandem plan %s --proposed' shows what they would change; to use "
           "them, move it to %s.lua\n",
           path, connect->name, connect->name);
    return ERROR_NONE;
}

static enum error_code add_to_file(const struct connect *connect, const struct session *session,
                                   const struct mapping_suggestions *suggestions,
                                   struct error *error)
{
    struct integration_configuration *checked = NULL;
    struct text file = TEXT_ABSENT, changed = TEXT_ABSENT;
    char question[PATH_MAX + 64];
    bool yes = false;
    if (connect_read(connect->file, session->arena, &file, error) ||
        mapping_suggestion_insert(suggestions, file, session->arena, &changed, error))
        return error->code;
    const struct configuration_source source = {changed, connect->home.path, connect->file,
                                                connect->name};
    const enum error_code code =
        configuration_integration_read(&source, NULL, NULL, &checked, error);
    configuration_integration_free(checked);
    if (code)
        return code;
    if (!connect->asks)
        return propose(connect, changed, error);
    (void)snprintf(question, sizeof question, "  add them to %s?", connect->file);
    if (ask_yes(question, false, &yes, error))
        return error->code;
    return yes ? template_write(connect->file, false, changed, error) : ERROR_NONE;
}

enum error_code connect_mapping(struct connect *connect, struct error *error)
{
    struct session *const session = connect->invocation->session;
    struct mapping_suggestions suggestions = {.count = 0};
    struct integration_configuration *configuration = NULL;
    json_t *fields = NULL;
    enum error_code code = session_open(&connect->invocation->options, session, error);
    if (!code)
        code =
            configuration_integration_load(connect->home.path, connect->name, CONFIGURATION_MAPPING,
                                           NULL, NULL, &configuration, error);
    if (!code)
        code = read_fields_or_less(connect, &fields, error);
    if (!code)
        code = mapping_suggestion_find(session, configuration, fields, &suggestions, error);
    const struct listing listing = LISTING(columns, suggestions.list, suggestions.count);
    if (!code && !suggestions.count)
        puts("  nothing else fits by name, type and values");
    else if (!code && (listing_print(&listing, stdout, error) ||
                       add_to_file(connect, session, &suggestions, error)))
        code = error->code;
    json_decref(fields);
    configuration_integration_free(configuration);
    session_close(session); /* other steps follow, in processes of their own */
    return code;
}
