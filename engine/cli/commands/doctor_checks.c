/* Machine, files and configuration: all that can be checked without the store. */
#include "cli/commands/doctor_checks.h"

#include "base/error_number.h"

#include <errno.h>
#include <fts.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "host/children.h"
#include "model/value_json.h"
#include "net/wire/curl_library.h"

enum { LEAST_MEBIBYTES = 200, FIRST_YEAR = 2025, YEAR_SECONDS = 31556952 };

void doctor_found(struct doctor *doctor, const char *advice, const char *format, ...)
{
    char found[ERROR_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(found, sizeof found, format, arguments);
    va_end(arguments);
    json_array_append_new(doctor->findings,
                          json_pack("{s:s, s:o, s:s}", "part", doctor->part, "found",
                                    value_json_text(text_of(found)), "advice", advice));
}

void doctor_trouble(struct doctor *doctor, const char *advice, const struct error *trouble)
{
    char sentence[ERROR_NUMBER_SENTENCE_SIZE];
    doctor_found(doctor, advice, "%s", error_number_sentence(trouble, sentence));
}

/* ---- the machine ---- */

static void look_for_certificates(struct doctor *doctor)
{
    static const char *const places[] = {"/etc/ssl/certs/ca-certificates.crt",
                                         "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (access(places[i], R_OK) == 0)
            return;
    }
    doctor_found(doctor, "install the package 'ca-certificates'",
                 "there are no CA certificates, so no https server can be trusted");
}

void doctor_machine(struct doctor *doctor)
{
    struct curl_library curl;
    struct error trouble;
    struct statvfs disk;
    if (curl_library_load(&curl, &trouble))
        doctor_trouble(doctor, "install the package 'libcurl4'", &trouble);
    look_for_certificates(doctor);
    if (time(NULL) < (time_t)(FIRST_YEAR - 1970) * YEAR_SECONDS)
        doctor_found(doctor, "set the clock, and let it be kept (systemd-timesyncd, chrony)",
                     "the clock of this machine is wrong: it is before %d", FIRST_YEAR);
    if (statvfs(doctor->home.path, &disk) != 0)
        return;
    const unsigned long long room = (unsigned long long)disk.f_bavail * disk.f_frsize >> 20;
    if (room < LEAST_MEBIBYTES)
        doctor_found(doctor,
                     "free some space: a page that finds none is rolled back and requested again",
                     "only %llu MiB of disk space are left for '%s'", room, doctor->home.path);
    if (disk.f_flag & ST_RDONLY)
        doctor_found(doctor, "mount it for writing", "'%s' is on a read-only file system",
                     doctor->home.path);
}

/* ---- files ---- */

static bool same_content(const char *left, const char *right)
{
    char a[8192], b[sizeof a];
    FILE *const one = fopen(left, "re"), *const other = fopen(right, "re");
    bool same = one && other;
    while (same) {
        const size_t length = fread(a, 1, sizeof a, one);
        same = fread(b, 1, sizeof b, other) == length && memcmp(a, b, length) == 0;
        if (!length)
            break;
    }
    if (one)
        fclose(one);
    if (other)
        fclose(other);
    return same;
}

/* Files of a folder of this version that are missing in the home, or differ. */
static size_t differing(const struct doctor *doctor, const char *data, const char *below)
{
    char root[PATH_MAX], path[PATH_MAX];
    struct error ignored;
    size_t count = 0;
    if (snprintf(root, sizeof root, "%s/%s", data, below) >= (int)sizeof root)
        return 0;
    char *const roots[] = {root, NULL};
    FTS *const tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    for (FTSENT *entry = tree ? fts_read(tree) : NULL; entry; entry = fts_read(tree)) {
        if (entry->fts_info == FTS_F && !home_path(&doctor->home, path, &ignored, "%s%s", below,
                                                   entry->fts_path + strlen(root)))
            count += !same_content(entry->fts_path, path);
    }
    if (tree)
        fts_close(tree);
    return count;
}

void doctor_files(struct doctor *doctor)
{
    char data[PATH_MAX], var[PATH_MAX];
    struct error trouble;
    size_t open = 0;
    if (!home_path(&doctor->home, var, &trouble, "var") && access(var, F_OK) == 0 &&
        access(var, W_OK) != 0)
        doctor_found(doctor, "run tandem as the owner of the home, or make this user its owner",
                     "'%s' cannot be written: %s", var, strerror(errno));
    if (!home_narrow(&doctor->home, false, &open, &trouble) && open)
        doctor_found(doctor, "tandem check --store --mend",
                     "other users can open %zu files below var", open);
    if (home_data_folder(data, &trouble)) {
        doctor_trouble(doctor, "install tandem again, or set TANDEM_DATA", &trouble);
        return;
    }
    const size_t libraries = differing(doctor, data, "lua/lib") +
                             differing(doctor, data, "lua/vendor") +
                             differing(doctor, data, "lua/speckit");
    char advice[PATH_MAX + 128];
    (void)snprintf(advice, sizeof advice,
                   "compare with 'diff -r lua %s/lua', and copy what you have not changed "
                   "yourself; 'tandem init' adds what is missing",
                   data);
    if (libraries)
        doctor_found(doctor, advice, "%zu shared files in lua/ differ from those of this version",
                     libraries);
}

/* ---- configuration ---- */

/* Is it enabled, or so broken that this is unknown? */
static bool look_at_integration(struct doctor *doctor, const struct configuration *general,
                                const char *name)
{
    char scripts[PATH_MAX], advice[256];
    struct error trouble;
    struct integration_configuration *configuration = NULL;
    (void)snprintf(advice, sizeof advice,
                   "correct it; 'tandem connect %s' asks for what is "
                   "missing",
                   name);
    if (configuration_integration_load(doctor->home.path, name, CONFIGURATION_WHOLE, general, NULL,
                                       &configuration, &trouble)) {
        doctor_trouble(doctor, advice, &trouble);
        return true;
    }
    const bool enabled = configuration->enabled;
    const bool missing =
        !home_path(&doctor->home, scripts, &trouble, "lua/integrations/%s/integration.lua", name) &&
        access(scripts, R_OK) != 0;
    if (enabled && !missing)
        json_array_append_new(doctor->scripts, json_string(name));
    else if (enabled)
        doctor_found(doctor,
                     "'tandem init' adds the integrations that come with tandem; otherwise "
                     "remove the configuration, or set enabled = false",
                     "'%s' is configured, but its scripts are missing: %s", name, scripts);
    if (enabled && !text_is_absent(configuration->http.base_url) &&
        memmem(configuration->http.base_url.bytes, configuration->http.base_url.length, ".example",
               8))
        doctor_found(doctor, advice, "the address of '%s' is still that of the example: %.*s", name,
                     TEXT_PRINT(configuration->http.base_url));
    configuration_integration_free(configuration);
    return enabled;
}

void doctor_configuration(struct doctor *doctor)
{
    struct configuration *general = NULL;
    struct error trouble;
    struct text *names = NULL;
    size_t count = 0, enabled = 0;
    struct arena *const arena = arena_new(0);
    if (configuration_load(doctor->home.path, NULL, &general, &trouble))
        doctor_trouble(doctor, "correct config/tandem.lua: 'man tandem.lua' explains every key",
                       &trouble);
    if (arena &&
        configuration_integration_names(doctor->home.path, arena, &names, &count, &trouble))
        doctor_trouble(doctor, "create the folder, or run 'tandem init'", &trouble);
    for (size_t i = 0; i < count; i++)
        enabled += look_at_integration(doctor, general, names[i].bytes);
    if (!count)
        doctor_found(doctor, "tandem connect NAME", "no integration is configured");
    else if (!enabled)
        doctor_found(doctor, "write 'enabled = true' into config/integrations/NAME.lua",
                     "every integration is disabled, so nothing is synced");
    configuration_free(general);
    arena_free(arena);
}

/* ---- scripts: in a process of their own, to which the kernel's restrictions apply ---- */

static void take_over(struct doctor *doctor, const json_t *texts, const char *advice)
{
    size_t i = 0;
    const json_t *text = NULL;
    json_array_foreach(texts, i, text) doctor_found(doctor, advice, "%s", json_string_value(text));
}

static void look_at_scripts(struct doctor *doctor, const char *name)
{
    char *const words[] = {(char *)"--home",
                           doctor->home.path,
                           (char *)"check",
                           (char *)name,
                           (char *)"--offline",
                           (char *)"--json",
                           NULL};
    struct child child = {.name = name, .arguments = words};
    struct error trouble = {.code = ERROR_NONE};
    bool interrupted = false;
    char advice[256];
    json_t *checked = NULL;
    (void)snprintf(advice, sizeof advice, "correct it, then run 'tandem check %s'", name);
    if (children_run(&child, 1, 1, &interrupted, &trouble))
        doctor_trouble(doctor, advice, &trouble);
    else if (child.output.length)
        checked = json_loadb(child.output.data, child.output.length, 0, NULL);
    const json_t *const found = json_array_get(checked, 0);
    take_over(doctor, json_object_get(found, "mistakes"), advice);
    take_over(doctor, json_object_get(found, "warnings"), advice);
    json_decref(checked);
    children_release(&child, 1);
}

void doctor_scripts(struct doctor *doctor)
{
    size_t i = 0;
    const json_t *name = NULL;
    json_array_foreach(doctor->scripts, i, name) look_at_scripts(doctor, json_string_value(name));
}
