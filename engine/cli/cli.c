/* From the command line to a command and its exit code. */
#include "cli/cli.h"

#include "base/version.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/commands/commands.h"
#include "cli/line/help.h"
#include "cli/line/options.h"
#include "cli/show/output.h"

const struct command *const cli_commands[] = {
    &command_init,
    &command_connect,
    &command_doctor,
    &command_sync,
    &command_backfill,
    &command_plan,
    &command_match,
    &command_explain,
    &command_conflicts,
    &command_resolve,
    &command_link,
    &command_unlink,
    &command_forget,
    &command_retry,
    &command_list,
    &command_status,
    &command_runs,
    &command_position,
    &command_check,
    &command_fields,
    &command_auth,
    &command_object,
    &command_field,
    &command_user,
    &command_cleanup,
    &command_quarantine,
    &command_new,
    &command_test,
    &command_serve,
    &command_token,
    &command_web,
    &command_notify,
    &command_dev,
    &command_record,
    &command_help,
    &command_complete,
    NULL,
};

static enum error_code dispatch(const struct invocation *invocation, enum exit_code *code,
                                struct error *error)
{
    if (invocation->version)
        puts("tandem " TANDEM_VERSION);
    else if (invocation->help && invocation->command)
        help_command(stdout, invocation->parent, invocation->command);
    else if (invocation->help)
        help_program(stdout, cli_commands);
    else if (!invocation->command)
        return error_set(error, ERROR_USAGE, "no command was given; see 'tandem --help'");
    else
        return invocation_run(invocation, code, error);
    return output_flush(error);
}

int cli_main(int argc, char **argv)
{
    const char *const home = getenv("TANDEM_HOME");
    /* Files made here are for the operator only: personal data, tokens, locks that nobody else may
     * take.
     */
    umask(S_IRWXG | S_IRWXO);
    struct invocation invocation = {.command = NULL};
    struct error error = {.code = ERROR_NONE};
    enum exit_code exit_code = EXIT_DONE;
    enum error_code code =
        options_parse(cli_commands, argc, argv, home && *home ? home : ".", &invocation, &error);
    if (!code)
        code = dispatch(&invocation, &exit_code, &error);
    if (code) {
        terminal_error(&error);
        if (exit_code == EXIT_DONE)
            exit_code = exit_code_of_error(code);
    }
    invocation_release(&invocation);
    return exit_code;
}
