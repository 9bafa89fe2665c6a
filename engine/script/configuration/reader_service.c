/* Keys that only `tandem serve` reads: schedule, webhooks, service, notify. */
#include "script/configuration/reader.h"

#include <string.h>

enum { SECOND_MS = 1000, LEAST_SECONDS = 1 };

/* "90s", "10m", "2h", "1d" */
static int64_t read_duration(struct reader *reader, const char *key, int64_t otherwise)
{
    static const struct {
        char letter;
        int64_t ms;
    } units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', 86400000}};
    const struct text text = reader_text(reader, key);
    int64_t number = 0;
    if (text_is_absent(text))
        return otherwise;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const struct text digits = {text.bytes, text.length ? text.length - 1 : 0};
        if (text.length > 1 && text.bytes[text.length - 1] == units[i].letter &&
            text_to_integer(digits, &number) && number >= LEAST_SECONDS && number <= 100000)
            return number * units[i].ms;
    }
    (void)reader_enter(reader, key);
    reader_fail(reader, "must be a time such as \"30s\", \"10m\", \"2h\" or \"1d\", not \"%.*s\"",
                TEXT_PRINT(text));
    return otherwise;
}

static void read_schedule(struct reader *reader, void *out)
{
    struct schedule_settings *const settings = out;
    reader_keys(reader, "schedule");
    const struct text cron = reader_text(reader, "cron"), zone = reader_text(reader, "timezone");
    const int64_t every = read_duration(reader, "every", 0),
                  fastest = read_duration(reader, "fastest", every);
    if ((every == 0) == text_is_absent(cron))
        reader_fail(reader, "must have either 'every' or 'cron'");
    if (!text_is_absent(zone) && text_is_absent(cron))
        reader_fail(reader, "'timezone' goes with 'cron'");
    if (fastest > every)
        reader_fail(reader, "'fastest' goes with 'every', and must not be longer");
    *settings = (struct schedule_settings){
        .every_ms = every,
        .fastest_ms = fastest,
        .cron = cron,
        .timezone = text_is_absent(zone) ? TEXT("UTC") : zone,
    };
}

void reader_schedule(struct reader *reader, struct schedule_settings *settings)
{
    const bool off =
        reader_push(reader, "schedule") == LUA_TBOOLEAN && !lua_toboolean(reader->state, -1);
    lua_pop(reader->state, 1);
    if (off)
        *settings = (struct schedule_settings){.off = true};
    else
        reader_section(reader, "schedule", NULL, read_schedule, settings);
}

static void check_webhooks(struct reader *reader, const struct webhook_settings *settings,
                           int scheme)
{
    if (text_is_empty(settings->secret))
        reader_fail(reader, "'secret' is missing, such as secret = env \"HOOK_SECRET\"");
    if (scheme == 2 && text_is_empty(settings->username))
        reader_fail(reader, "'username' is missing: scheme \"basic\" has a name and a secret");
    if (scheme == 1 && text_is_empty(settings->header))
        reader_fail(reader, "'header' is missing: where the signature is, \"X-Signature\"");
    if (scheme == 0 && text_is_empty(settings->url))
        reader_fail(reader, "'url' is missing: the address that you gave HubSpot is signed");
    if (!text_is_absent(settings->path) &&
        (text_is_empty(settings->path) || memchr(settings->path.bytes, '/', settings->path.length)))
        reader_fail(reader, "'path' must be one word without '/'");
}

void reader_webhooks(struct reader *reader, void *out)
{
    static const char *const schemes[] = {"hubspot_v3", "hmac_sha256", "basic", "standard_webhooks",
                                          NULL};
    static const char *const encodings[] = {"hex", "base64", NULL};
    enum { NONE = -1, FIVE_MINUTES = 300 };
    struct webhook_settings *const settings = out;
    reader_keys(reader, "webhooks");
    const int scheme = reader_choice_at(reader, "scheme", schemes, NONE);
    if (scheme == NONE)
        reader_fail(reader, "'scheme' is missing: \"hubspot_v3\", \"hmac_sha256\", \"basic\" or "
                            "\"standard_webhooks\"");
    *settings = (struct webhook_settings){
        .given = true,
        .scheme = text_of(schemes[scheme]),
        .secret = reader_text(reader, "secret"),
        .previous_secret = reader_text(reader, "previous_secret"),
        .username = reader_text(reader, "username"),
        .header = reader_text(reader, "header"),
        .prefix = reader_text(reader, "prefix"),
        .timestamp_header = reader_text(reader, "timestamp_header"),
        .base64 = reader_choice_at(reader, "encoding", encodings, 0) == 1,
        .id_header = reader_text(reader, "id_header"),
        .path = reader_text(reader, "path"),
        .url = reader_text(reader, "url"),
        .tolerance_seconds =
            (int)reader_number(reader, "tolerance_seconds", 1, 86400, FIVE_MINUTES),
    };
    check_webhooks(reader, settings, scheme);
}

static void read_service_hosts(struct reader *reader, struct service_settings *settings)
{
    const size_t mark = reader_enter(reader, "hosts");
    const int type = reader_push(reader, "hosts");
    if ((type != LUA_TNIL && type != LUA_TTABLE) ||
        (type == LUA_TTABLE && lua_rawlen(reader->state, -1) > SERVICE_HOSTS))
        reader_fail(reader, "must be a list of at most %d names such as { \"tandem.example.com\" }",
                    SERVICE_HOSTS);
    if (type == LUA_TTABLE)
        settings->hosts = reader_texts(reader, "a text", &settings->host_count);
    reader_end(reader, mark);
}

void reader_service(struct reader *reader, void *out)
{
    static const char *const logs[] = {"text", "json", NULL};
    struct service_settings *const settings = out;
    reader_keys(reader, "service");
    const struct text listen = reader_text(reader, "listen");
    if (!text_is_empty(listen))
        settings->listen = listen;
    settings->hooks = reader_text(reader, "hooks");
    settings->https = reader_boolean(reader, "https", false);
    settings->web = reader_text(reader, "web");
    settings->jobs = (size_t)reader_number(reader, "jobs", 1, 64, 0);
    settings->json_log = reader_choice_at(reader, "log", logs, 0) == 1;
    read_service_hosts(reader, settings);
}

void reader_notify(struct reader *reader, void *out)
{
    enum { QUARTER_HOUR = 15 * 60 };
    struct notify_settings *const settings = out;
    reader_keys(reader, "notify");
    *settings = (struct notify_settings){
        .url = reader_text(reader, "url"),
        .secret = reader_text(reader, "secret"),
        .command = reader_text(reader, "command"),
        .link = reader_text(reader, "link"),
        .every_ms = read_duration(reader, "every", (int64_t)QUARTER_HOUR * SECOND_MS),
    };
    if (text_is_absent(settings->url) && text_is_absent(settings->command))
        reader_fail(reader, "must have a 'url' or a 'command'");
    if (!text_is_absent(settings->url) && text_is_absent(settings->secret))
        reader_fail(reader, "'secret' is missing: \"whsec_\" and base64, to sign what is sent");
}
