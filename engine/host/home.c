/* Finding the home, its folders, and the files that a new one is made of. */
#include "host/home.h"

#include "base/error_number.h"

#include <errno.h>
#include <fts.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

enum error_code home_path(const struct home *home, char out[PATH_MAX], struct error *error,
                          const char *format, ...)
{
    va_list arguments;
    const int head = snprintf(out, PATH_MAX, "%s/", home->path);
    va_start(arguments, format);
    const int tail = head < PATH_MAX
                         ? vsnprintf(out + head, (size_t)(PATH_MAX - head), format, arguments)
                         : PATH_MAX;
    va_end(arguments);
    if (head + tail >= PATH_MAX)
        return error_set(error, ERROR_CONFIGURATION, "the path of the home '%.200s...' is too long",
                         home->path);
    return ERROR_NONE;
}

/* Where the package has its home. */
static const char package_home[] = "/var/lib/tandem";

/* It exists, but we may not open it: say which user can. */
static enum error_code refuse_closed(const struct home *home, struct error *error)
{
    struct stat status;
    const struct passwd *const owner =
        stat(home->path, &status) == 0 ? getpwuid(status.st_uid) : NULL;
    return error_numbered(error, ERROR_NUMBER_HOME, ERROR_CONFIGURATION,
                          "you may not open the home '%s', which belongs to '%s': run the command "
                          "as that user, such as with 'sudo -u %s tandem --home %s ...'",
                          home->path, owner ? owner->pw_name : "another user",
                          owner ? owner->pw_name : "USER", home->path);
}

enum error_code home_open(const char *folder, struct home *home, struct error *error)
{
    char config[PATH_MAX];
    if (!realpath(folder, home->path))
        return error_numbered(error, ERROR_NUMBER_HOME, ERROR_CONFIGURATION,
                              "cannot open the home '%s': %s; make one with 'tandem init'", folder,
                              strerror(errno));
    if (home_path(home, config, error, "config"))
        return error->code;
    if (is_folder(config))
        return ERROR_NONE;
    if (errno == EACCES)
        return refuse_closed(home, error);
    const bool other = is_folder(package_home) && strcmp(home->path, package_home) != 0;
    return error_numbered(error, ERROR_NUMBER_HOME, ERROR_CONFIGURATION,
                          "'%s' is not a Tandem home because it has no folder 'config'; name one "
                          "with --home or TANDEM_HOME%s, or make one with 'tandem init'",
                          home->path, other ? " (that of the package is /var/lib/tandem)" : "");
}

enum error_code home_make_folder(const char *path, struct error *error)
{
    char part[PATH_MAX];
    const size_t length = strlen(path);
    if (length >= sizeof part)
        return error_set(error, ERROR_CONFIGURATION, "the path '%.200s...' is too long", path);
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return error_system(error, "cannot make the folder '%s'", part);
    }
    if (!is_folder(path))
        return error_set(error, ERROR_SYSTEM, "cannot make the folder '%s': a file has its name",
                         path);
    return ERROR_NONE;
}

static bool try_data(char out[PATH_MAX], const char *base, const char *below)
{
    char probe[PATH_MAX + 64], candidate[PATH_MAX + 32];
    snprintf(candidate, sizeof candidate, "%s%s", base, below);
    snprintf(probe, sizeof probe, "%s/lua/integrations", candidate);
    return is_folder(probe) && realpath(candidate, out);
}

enum error_code home_data_folder(char out[PATH_MAX], struct error *error)
{
    const char *const named = getenv("TANDEM_DATA");
    if (named && *named) {
        if (try_data(out, named, ""))
            return ERROR_NONE;
        return error_set(error, ERROR_CONFIGURATION,
                         "the folder '%s' that TANDEM_DATA names has no 'lua/integrations'", named);
    }
    char program[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    char *const slash = strrchr(program, '/');
    if (slash) {
        *slash = '\0';
        if (try_data(out, program, "/../..") || try_data(out, program, "/../share/tandem") ||
            try_data(out, program, "/.."))
            return ERROR_NONE;
    }
    if (try_data(out, TANDEM_DATA_DIR, ""))
        return ERROR_NONE;
    return error_set(error, ERROR_CONFIGURATION,
                     "cannot find the sample integrations next to the program; name their folder "
                     "with TANDEM_DATA");
}

enum error_code home_narrow(const struct home *home, bool mend, size_t *open, struct error *error)
{
    char var[PATH_MAX];
    *open = 0;
    if (home_path(home, var, error, "var"))
        return error->code;
    char *const roots[] = {var, NULL};
    FTS *const tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (!tree)
        return error_system(error, "cannot read the folder '%s'", var);
    enum error_code found = ERROR_NONE;
    for (FTSENT *entry = fts_read(tree); entry && !found; entry = fts_read(tree)) {
        if ((entry->fts_info != FTS_D && entry->fts_info != FTS_F) ||
            !(entry->fts_statp->st_mode & (S_IRWXG | S_IRWXO)))
            continue;
        ++*open;
        if (mend && chmod(entry->fts_accpath, entry->fts_info == FTS_D ? 0700 : 0600) != 0)
            found = error_system(error, "cannot narrow '%s'", entry->fts_path);
    }
    fts_close(tree);
    return found;
}
