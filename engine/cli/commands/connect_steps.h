/*
 * connect_steps: the steps of `tandem connect`, each of which can be repeated or left out.
 *
 * A step writes plain files of the home only, or runs a command of ours in a process of its own:
 * so the kernel's restrictions on an integration's scripts apply to that process only.
 */
#ifndef TANDEM_CLI_COMMANDS_CONNECT_STEPS_H
#define TANDEM_CLI_COMMANDS_CONNECT_STEPS_H

#include "cli/line/command.h"

struct connect {
    const struct invocation *invocation;
    const char *name; /* the integration */
    struct home home;
    bool asks;           /* somebody can answer questions */
    bool again;          /* the step was selected: ask even for what is known */
    char file[PATH_MAX]; /* config/integrations/NAME.lua */
};

/* Find the home, and the scripts of the integration in it; ERROR_USAGE if there are none. */
WARN_UNUSED enum error_code connect_open(struct connect *connect, struct error *error);
/* The configuration is there, made from NAME.lua.example or from nothing; its address is known. */
WARN_UNUSED enum error_code connect_address(struct connect *connect, struct error *error);
/* Every variable that the configuration names by env is set, in the environment or in
 * config/environment. */
WARN_UNUSED enum error_code connect_credentials(struct connect *connect, struct error *error);
/* What of their fields is not mapped and could be, by name, type and values: shown, and added to
 * the configuration if the user agrees; if nobody can be asked, proposed in a file beside it. */
WARN_UNUSED enum error_code connect_mapping(struct connect *connect, struct error *error);
/* `tandem COMMAND NAME OPTIONS...` (ended by NULL; NULL: none); ERROR_REFUSED if it ends with
 * another exit code than `fine` or 0. */
WARN_UNUSED enum error_code connect_command(struct connect *connect, const char *command,
                                            const char *const *options, int fine,
                                            struct error *error);
/* A file of the home, in the arena. */
WARN_UNUSED enum error_code connect_read(const char *path, struct arena *arena, struct text *source,
                                         struct error *error);

#endif
