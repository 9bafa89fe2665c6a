/* The contents of a parsed command line. */
#include "cli/line/command.h"

#include <stdlib.h>
#include <string.h>

#include "cli/line/options.h"

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
    const size_t count = invocation_count(invocation, option);
    return count ? invocation_nth(invocation, option, count - 1) : NULL;
}
