/* tandem init: makes a home. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands/commands.h"
#include "host/home.h"
#include "cli/show/output.h"
#include "host/session.h"

struct copying {
    size_t written, kept;
};

/* A file that is there is never touched: it may hold somebody's work. */
static enum error_code copy_file(const char *from, const char *to, struct copying *copying,
                                 struct error *error)
{
    enum error_code code = ERROR_NONE;
    char bytes[16384];
    FILE *in = NULL, *out = NULL;

    if (access(to, F_OK) == 0) {
        copying->kept++;
        return ERROR_NONE;
    }
    in = fopen(from, "re");
    out = in ? fopen(to, "wxe") : NULL;
    if (!out) {
        code = error_set(error, ERROR_SYSTEM, "cannot copy '%s' to '%s': %s", from, to,
                         strerror(errno));
        goto out;
    }
    while (!feof(in) && !ferror(in) && !ferror(out))
        fwrite(bytes, 1, fread(bytes, 1, sizeof bytes, in), out);
    const bool failed = ferror(in) || ferror(out);
    if (fclose(out) != 0 || failed)
        code = error_set(error, ERROR_SYSTEM, "cannot copy '%s' to '%s': %s", from, to,
                         strerror(errno));
    out = NULL;
    copying->written++;
out:
    if (out)
        fclose(out);
    if (in)
        fclose(in);
    return code;
}

static enum error_code copy_folder(const char *from, const char *to, struct copying *copying,
                                   struct error *error)
{
    enum error_code code = home_make_folder(to, error);
    DIR *const folder = code ? NULL : opendir(from);

    if (!code && !folder)
        code = error_set(error, ERROR_SYSTEM, "cannot read the folder '%s': %s", from,
                         strerror(errno));
    for (const struct dirent *entry = code ? NULL : readdir(folder); !code && entry;
         entry = readdir(folder)) {
        char source[PATH_MAX], target[PATH_MAX];
        struct stat status;
        if (entry->d_name[0] == '.')
            continue;
        if (snprintf(source, sizeof source, "%s/%s", from, entry->d_name) >= PATH_MAX ||
            snprintf(target, sizeof target, "%s/%s", to, entry->d_name) >= PATH_MAX)
            code = error_set(error, ERROR_SYSTEM, "the path '%.200s...' is too long", from);
        else if (stat(source, &status) != 0)
            code = error_set(error, ERROR_SYSTEM, "cannot read '%s': %s", source, strerror(errno));
        else if (S_ISDIR(status.st_mode))
            code = copy_folder(source, target, copying, error);
        else if (S_ISREG(status.st_mode))
            code = copy_file(source, target, copying, error);
    }
    if (folder)
        closedir(folder);
    return code;
}

static enum error_code copy_below(const char *data, const struct home *home, const char *below,
                                  struct copying *copying, struct error *error)
{
    char source[PATH_MAX], target[PATH_MAX];
    if (snprintf(source, sizeof source, "%s/%s", data, below) >= PATH_MAX)
        return error_set(error, ERROR_CONFIGURATION, "the path '%.200s...' is too long", data);
    const enum error_code code = home_path(home, target, error, "%s", below);
    return code ? code : copy_folder(source, target, copying, error);
}

/* The database is made by whoever opens it first: here, so that a home is whole at once. */
static enum error_code make_database(const struct invocation *invocation, const struct home *home,
                                     struct error *error)
{
    struct session_options here = invocation->session;
    struct session session;
    here.home = home->path;
    const enum error_code code = session_open(&here, &session, error);
    session_close(&session);
    return code;
}

static enum error_code run(const struct invocation *invocation, enum exit_code *exit_code,
                           struct error *error)
{
    (void)exit_code;
    const char *const folder =
        invocation->argument_count ? invocation->arguments[0] : invocation->session.home;
    char data[PATH_MAX];
    struct home home;
    struct copying copying = {0, 0};
    enum error_code code = ERROR_NONE;

    code = home_data_folder(data, error);
    if (!code)
        code = home_make_folder(folder, error);
    if (code)
        return code;
    if (!realpath(folder, home.path))
        return error_set(error, ERROR_SYSTEM, "cannot open '%s': %s", folder, strerror(errno));
    code = copy_below(data, &home, "lua/lib", &copying, error);
    if (!code)
        code = copy_below(data, &home, "lua/vendor", &copying, error);
    if (!code)
        code = copy_below(data, &home, "lua/integrations", &copying, error);
    if (!code)
        code = copy_below(data, &home, "config", &copying, error);
    if (!code)
        code = make_database(invocation, &home, error);
    if (code)
        return code;
    if (!invocation->session.quiet) {
        printf("home %s: %zu files written", home.path, copying.written);
        if (copying.kept)
            printf(", %zu were there and are as they were", copying.kept);
        fputs("\nnext: put the address and credentials into config/integrations/helloworld.lua, "
              "then run 'tandem check' and 'tandem sync helloworld'\n",
              stdout);
    }
    return output_flush(error);
}

const struct command command_init = {
    .name = "init",
    .arguments = "[DIR]",
    .summary = "create a home: configuration, database, sample integration",
    .details =
        "Writes config/, lua/ and var/tandem.db into DIR (default: the home). Existing files are "
        "not\n"
        "changed, so it can be run again.",
    .examples = "  tandem init ~/crm\n  cd ~/crm && tandem list",
    .most_arguments = 1,
    .run = run,
};
