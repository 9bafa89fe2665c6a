/* config/tandem.lua: what holds for all integrations. */
#include "script/configuration/configuration.h"

#include <stdio.h>
#include <stdlib.h>

#include "script/configuration/configuration_file.h"
#include "script/configuration/reader.h"

enum { PATH_MOST = 4096, SCHEDULE_MS = 10 * 60 * 1000 };

static void read_general(struct reader *reader, void *argument)
{
    static const char *const levels[] = {"error", "warn", "info", "debug", NULL};
    struct configuration *const configuration = argument;
    reader_keys(reader, "");
    reader_run_settings(reader, &configuration->run);
    reader_limits(reader, &configuration->limits, &configuration->http);
    configuration->log_level =
        (enum log_level)reader_choice_at(reader, "log_level", levels, LOG_ERROR);
    const struct text database = reader_text(reader, "database");
    if (!text_is_empty(database))
        configuration->database = database;
    configuration->key_file = reader_text(reader, "key_file");
    reader_schedule(reader, &configuration->schedule);
    reader_section(reader, "service", NULL, reader_service, &configuration->service);
    reader_section(reader, "notify", NULL, reader_notify, &configuration->notify);
}

enum error_code configuration_load(const char *home, struct log *log, struct configuration **out,
                                   struct error *error)
{
    *out = NULL;
    struct configuration *configuration = calloc(1, sizeof *configuration);
    if (!configuration)
        return error_memory(error, "the configuration");
    configuration->run = run_settings_default();
    configuration->log_level = LOG_ERROR;
    configuration->database = TEXT("var/tandem.db");
    configuration->service.listen = TEXT("127.0.0.1:8321");
    configuration->schedule =
        (struct schedule_settings){.every_ms = SCHEDULE_MS, .fastest_ms = SCHEDULE_MS};
    struct text source = TEXT_ABSENT;
    char path[PATH_MOST];
    (void)snprintf(path, sizeof path, "%s/config/tandem.lua", home);
    struct error missing;
    enum error_code code = configuration_file_read(path, &source, &missing);
    if (!code) {
        struct reader reader = {.log = log, .path = "config/tandem.lua", .home = home};
        code = configuration_state_read(&reader, source, read_general, configuration,
                                        &configuration->state, error);
    } else if (code == ERROR_NOT_FOUND) {
        code = ERROR_NONE; /* a home without it has the defaults */
    } else if (error) {
        *error = missing;
    }
    free((char *)source.bytes);
    if (code)
        configuration_free(configuration);
    else
        *out = configuration;
    return code;
}

void configuration_free(struct configuration *configuration)
{
    if (configuration)
        configuration_state_free(configuration->state);
    free(configuration);
}
