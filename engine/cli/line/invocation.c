/* A parsed command line: what it holds, and carrying it out. */
#include "cli/line/command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/show/output.h"

enum error_code invocation_run(const struct invocation *invocation, enum exit_code *exit_code,
                               struct error *error)
{
    struct session session = {.clock = INSTANT_NONE};
    struct invocation under_way = *invocation;
    const struct command *const command = invocation->command;
    under_way.session = &session;
    under_way.exit_code = exit_code;
    enum error_code code = ERROR_NONE;
    if (command->run)
        code = command->run(&under_way, error);
    else if (session_open(&under_way.options, &session, error) ||
             command->in_home(&under_way, &session, error))
        code = error->code;
    if (!code)
        code = output_flush(error);
    if (code && session.log)
        log_redact(session.log, error->message);
    session_close(&session);
    return code;
}

void invocation_release(struct invocation *invocation)
{
    free(invocation->given);
    free(invocation->arguments);
    *invocation = (struct invocation){.command = NULL};
}

size_t invocation_count(const struct invocation *invocation, const char *option)
{
    size_t count = 0;
    for (size_t i = 0; i < invocation->given_count; i++)
        count += strcmp(invocation->given[i].option->name, option) == 0;
    return count;
}

const char *invocation_nth(const struct invocation *invocation, const char *option, size_t n)
{
    for (size_t i = 0; i < invocation->given_count; i++) {
        if (strcmp(invocation->given[i].option->name, option) == 0 && n-- == 0)
            return invocation->given[i].value;
    }
    return NULL;
}

bool invocation_has(const struct invocation *invocation, const char *option)
{
    return invocation_count(invocation, option) > 0;
}

const char *invocation_value(const struct invocation *invocation, const char *option)
{
    return invocation_nth(invocation, option, invocation_count(invocation, option) - 1);
}

json_t *invocation_json(const struct invocation *invocation, const char *option)
{
    json_t *const list = json_array();
    for (size_t i = 0; i < invocation_count(invocation, option); i++)
        json_array_append_new(list,
                              value_json_text(text_of(invocation_nth(invocation, option, i))));
    return list;
}

enum error_code invocation_each(const struct invocation *invocation, const char *option,
                                invocation_parse *parse, size_t size, struct arena *arena,
                                void *items, size_t *count, struct error *error)
{
    *count = invocation_count(invocation, option);
    char *const made = arena_array(arena, *count, size);
    if (!made)
        return error_memory(error, "the values of an option");
    for (size_t i = 0; i < *count; i++) {
        if (parse(option, invocation_nth(invocation, option, i), made + i * size, error))
            return error->code;
    }
    memcpy(items, &made, sizeof made);
    return ERROR_NONE;
}

enum error_code invocation_number(const struct invocation *invocation, const char *option,
                                  int64_t least, int64_t most, const char *kind, int64_t *number,
                                  struct error *error)
{
    const char *const word = invocation_value(invocation, option);
    if (!word || (text_to_integer(text_of(word), number) && *number >= least && *number <= most))
        return ERROR_NONE;
    if (kind)
        return error_set(error, ERROR_USAGE, "option '--%s' is '%s', which is not %s", option, word,
                         kind);
    return error_set(error, ERROR_USAGE,
                     "option '--%s' is '%s', which is not a number from %" PRId64 " to %" PRId64,
                     option, word, least, most);
}

enum error_code invocation_moment(const struct invocation *invocation, const char *option,
                                  instant now, const char *example, instant *at,
                                  struct error *error)
{
    const char *const word = invocation_value(invocation, option);
    if (!word || instant_parse_moment(text_of(word), now, at))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "option '--%s' is '%s', which is no time such as '2026-03-10 12:00:00' or "
                     "'%s'",
                     option, word, example);
}
