/* The table of keys: what each says, for the reader, for `tandem check` and for the man page. */
#include "script/configuration/configuration_keys.h"

#include <string.h>

/* clang-format off */
const struct configuration_key configuration_keys[] = {
    {"", "enabled", "true or false", "true", KEYS_INTEGRATION, "false: it is not synced, and edits here are not kept for it"},
    {"", "base_url", "a URL", NULL, KEYS_INTEGRATION, "the address of the API; its host is the one to which scripts may connect and credentials go"},
    {"", "hosts", "a list of hosts", "none", KEYS_INTEGRATION, "further hosts to which scripts may connect, such as \"files.example.com\", \"*.example.com\" or \"private:crm.internal\""},
    {"", "ca_file", "a path", "the system's authorities", KEYS_INTEGRATION, "a PEM file with the certificates of your own authority (relative: in the home)"},
    {"", "auth", "a table", "no credentials", KEYS_INTEGRATION, "credentials; scripts never see them"},
    {"", "mapping", "a table", NULL, KEYS_INTEGRATION, "which of their fields are which of ours"},
    {"", "webhooks", "a table", "none", KEYS_INTEGRATION, "how the deliveries of webhooks are verified"},
    {"", "judge", "a list", "{ \"base\", \"hard\", \"best\", \"fuzzy\" }", KEYS_BOTH, "how it is decided who wins a field that both sides changed"},
    {"", "on_tie", "\"nobody\", \"internal\" or \"integration\"", "\"nobody\"", KEYS_BOTH, "who wins where no date tells who was later"},
    {"", "first_link", "\"newest\", \"internal\", \"integration\" or \"hold\"", "\"newest\"", KEYS_BOTH, "whose value counts where nothing was ever agreed and both sides have one"},
    {"", "distinguish", "a table of lists of fields", "{ contact = { \"firstname\", \"lastname\", \"birthday\" } }", KEYS_BOTH, "the fields that tell objects of a kind apart although their identifiers match"},
    {"", "on_deleted_and_edited", "\"hold\", \"delete\" or \"restore\"", "\"hold\"", KEYS_BOTH, "what becomes of an object that was deleted on one side and edited on the other"},
    {"", "overlap_seconds", "a number from 0 to 10000000", "300", KEYS_BOTH, "how much of the previous window is asked for again"},
    {"", "page_full", "a number from 1 to 100000", "200", KEYS_BOTH, "how many of our objects are sent in one iteration of a first sync"},
    {"", "page_partial", "a number from 1 to 100000", "100", KEYS_BOTH, "how many of our objects are sent in one iteration of any other sync"},
    {"", "retries", "a number from 1 to 1000000", "5", KEYS_BOTH, "in how many runs, over at least a day, an object may fail before it is quarantined"},
    {"", "run_minutes", "a number from 1 to 1000000", "1440", KEYS_BOTH, "a run that takes longer ends after the page under way"},
    {"", "brakes", "a table", "see below", KEYS_BOTH, "when a run stops itself"},
    {"", "limits", "a table", "see below", KEYS_BOTH, "rate, time and memory"},
    {"", "keep", "a table", "see below", KEYS_BOTH, "how long it is kept what runs wrote down"},
    {"", "schedule", "a table, or false", "{ every = \"10m\" }", KEYS_BOTH, "when 'tandem serve' syncs; false: by hand, by edits here and by webhooks only"},
    {"", "database", "a path", "\"var/tandem.db\"", KEYS_GENERAL, "the store (relative: in the home)"},
    {"", "key_file", "a path", "var/key", KEYS_GENERAL, "the key of the tokens in the store, unless TANDEM_KEY is set"},
    {"", "log_level", "\"error\", \"warn\", \"info\" or \"debug\"", "\"error\"", KEYS_GENERAL, "what is logged without -v"},
    {"", "service", "a table", "see below", KEYS_GENERAL, "addresses and manners of 'tandem serve'"},
    {"", "notify", "a table", "see below", KEYS_GENERAL, "where what waits for a person is sent"},

    {"hosts", "url", "a host", NULL, KEYS_INTEGRATION, "the host of an entry that is a table"},
    {"hosts", "credentials", "true or false", "false", KEYS_INTEGRATION, "credentials go to this host as well"},

    {"limits", "requests_per_second", "a number from 0 to 1000000", "no limit", KEYS_BOTH, "the rate on average, over all processes"},
    {"limits", "burst", "a number from 0 to 1000000", "1", KEYS_BOTH, "how many requests may go out at once"},
    {"limits", "requests_per_day", "a number", "no limit", KEYS_BOTH, "requests within a day of UTC, over all runs"},
    {"limits", "account", "a name", "one for each integration", KEYS_BOTH, "integrations that say the same name share these limits and the buckets"},
    {"limits", "buckets", "a table of tables", "none", KEYS_BOTH, "further limits of the account that only some requests use"},
    {"limits", "share", "a number from 0.01 to 1", "1", KEYS_BOTH, "how much of a limit may be used where answers tell what is left of it"},
    {"limits", "concurrent_requests", "a number from 1 to 100", "4", KEYS_BOTH, "requests at once"},
    {"limits", "attempts", "a number from 1 to 100", "5", KEYS_BOTH, "how often a request that may be repeated is sent, the first time included"},
    {"limits", "timeout_seconds", "a number from 0.001 to 86400", "60", KEYS_BOTH, "the longest time of one request"},
    {"limits", "connect_timeout_seconds", "a number from 0.001 to 3600", "10", KEYS_BOTH, "the longest time until a connection stands"},
    {"limits", "retry_after_seconds", "a number from 0 to 86400", "120", KEYS_BOTH, "a service that asks for a longer wait ends the run"},
    {"limits", "body_mib", "a number from 0.001 to 4096", "64", KEYS_BOTH, "the largest answer, unpacked"},
    {"limits", "memory_mib", "a number from 1 to 16384", "128", KEYS_BOTH, "memory of the script"},
    {"limits", "cpu_seconds", "a number from 0.01 to 86400", "60", KEYS_BOTH, "processor time of one call of the script"},
    {"limits", "wall_seconds", "a number from 0.01 to 86400", "300", KEYS_BOTH, "time of one call of the script, without waiting for HTTP"},

    {"buckets", "per_second", "a number", "no limit", KEYS_BOTH, "the rate on average of a bucket"},
    {"buckets", "burst", "a number", "1", KEYS_BOTH, "how much of a bucket may be used at once"},
    {"buckets", "per_day", "a number", "no limit", KEYS_BOTH, "how much of a bucket may be used within a day of UTC"},

    {"brakes", "mass_share", "a number from 0 to 1", "0.1", KEYS_BOTH, "a run ends before it deletes or unlinks more than this share of an object's links"},
    {"brakes", "mass_minimum", "a number", "20", KEYS_BOTH, "... if these are at least so many"},
    {"brakes", "outage_share", "a number from 0 to 1", "0.5", KEYS_BOTH, "a run ends if more than this share of the objects failed"},
    {"brakes", "outage_minimum", "a number", "50", KEYS_BOTH, "... of at least so many"},

    {"keep", "days", "a number from 1 to 36500", "30", KEYS_BOTH, "what a run wrote down is forgotten after so many days"},
    {"keep", "runs", "a number from 1 to 1000000", "200", KEYS_BOTH, "... or when it is not among so many newest runs"},

    {"schedule", "every", "a time such as \"10m\"", "\"10m\"", KEYS_BOTH, "the pace"},
    {"schedule", "fastest", "a time such as \"1m\"", "as 'every'", KEYS_BOTH, "the pace while changes flow"},
    {"schedule", "cron", "a cron line", NULL, KEYS_BOTH, "minute, hour, day, month and day of the week, in place of 'every'"},
    {"schedule", "timezone", "a time zone", "\"UTC\"", KEYS_BOTH, "the zone of 'cron', such as \"Europe/Berlin\""},

    {"webhooks", "scheme", "\"hubspot_v3\", \"hmac_sha256\", \"basic\" or \"standard_webhooks\"", NULL, KEYS_INTEGRATION, "how a delivery is signed"},
    {"webhooks", "secret", "a text", NULL, KEYS_INTEGRATION, "the key of the signature; of \"basic\" the password"},
    {"webhooks", "previous_secret", "a text", "none", KEYS_INTEGRATION, "counts as well, so that a secret can be changed"},
    {"webhooks", "username", "a text", NULL, KEYS_INTEGRATION, "of \"basic\""},
    {"webhooks", "header", "a header", NULL, KEYS_INTEGRATION, "of \"hmac_sha256\": where the signature is"},
    {"webhooks", "prefix", "a text", "none", KEYS_INTEGRATION, "of \"hmac_sha256\": what stands before the signature"},
    {"webhooks", "timestamp_header", "a header", "none", KEYS_INTEGRATION, "of \"hmac_sha256\": where the time is that is signed as well"},
    {"webhooks", "encoding", "\"hex\" or \"base64\"", "\"hex\"", KEYS_INTEGRATION, "of \"hmac_sha256\": how the signature is written"},
    {"webhooks", "id_header", "a header", "none", KEYS_INTEGRATION, "where the sender's id of a delivery is"},
    {"webhooks", "path", "a word", "none", KEYS_INTEGRATION, "a part of the address that only the sender knows"},
    {"webhooks", "url", "a URL", NULL, KEYS_INTEGRATION, "of \"hubspot_v3\": the address as it was given to HubSpot"},
    {"webhooks", "tolerance_seconds", "a number from 1 to 86400", "300", KEYS_INTEGRATION, "how old a delivery may be"},

    {"service", "listen", "an address", "\"127.0.0.1:8321\"", KEYS_GENERAL, "where the API, the dashboard and metrics are"},
    {"service", "hooks", "an address", "nowhere", KEYS_GENERAL, "where webhooks come in"},
    {"service", "hosts", "a list of names", "none", KEYS_GENERAL, "names by which browsers know the service, besides its address"},
    {"service", "https", "true or false", "false", KEYS_GENERAL, "a proxy before it speaks https: cookies are sent there only"},
    {"service", "web", "a path", "the one built in", KEYS_GENERAL, "a folder with the dashboard"},
    {"service", "jobs", "a number from 1 to 64", "the number of cores", KEYS_GENERAL, "runs at once"},
    {"service", "log", "\"text\" or \"json\"", "\"text\"", KEYS_GENERAL, "how it logs; \"json\": one object a line"},

    {"notify", "url", "a URL", "none", KEYS_GENERAL, "where what waits for a person is sent, by Standard Webhooks"},
    {"notify", "secret", "a text", NULL, KEYS_GENERAL, "\"whsec_\" and base64: signs what is sent"},
    {"notify", "command", "a command", "none", KEYS_GENERAL, "gets the text of a mail on its standard input"},
    {"notify", "link", "a URL", "no links", KEYS_GENERAL, "where the dashboard is"},
    {"notify", "every", "a time such as \"15m\"", "\"15m\"", KEYS_GENERAL, "at most one message in this time"},

    {"object", "create", "true, false or \"always\"", "true", KEYS_INTEGRATION, "false: never create ours as this object; \"always\": besides others"},
    {"object", "on_deleted_here", "\"ignore\", \"unlink\" or \"delete\"", "\"unlink\"", KEYS_INTEGRATION, "what a deletion here does there"},
    {"object", "on_deleted_there", "\"ignore\", \"unlink\" or \"delete\"", "\"unlink\"", KEYS_INTEGRATION, "what a deletion there does here"},
    {"object", "fields", "a table of fields", "none", KEYS_INTEGRATION, "fields whose names are those of settings"},

    {"field", "direction", "\"bidirectional\", \"to_internal\" or \"to_integration\"", "\"bidirectional\"", KEYS_INTEGRATION, "where values flow"},
    {"field", "required", "true or false", "false", KEYS_INTEGRATION, "an object without it is not sent, or not taken"},
    {"field", "default", "a value", "none", KEYS_INTEGRATION, "counts for a required field that is empty"},
    {"field", "on_conflict", "\"newest\", \"internal\", \"integration\", \"non_empty\", \"strictest\" or a function", "\"newest\"", KEYS_INTEGRATION, "who wins a field that both sides changed"},
    {"field", "on_clear", "\"propagate\" or \"ignore\"", "\"propagate\"", KEYS_INTEGRATION, "whether emptying a field empties it on the other side"},
    {NULL, NULL, NULL, NULL, 0, NULL},
};
/* clang-format on */

static bool stands_in(const struct configuration_key *key, const char *table,
                      enum configuration_keys_file file)
{
    return strcmp(key->table, table) == 0 && (key->file & file) != 0;
}

bool configuration_keys_have(const char *table, enum configuration_keys_file file, const char *name)
{
    for (const struct configuration_key *key = configuration_keys; key->name; key++) {
        if (stands_in(key, table, file) && strcmp(key->name, name) == 0)
            return true;
    }
    return false;
}

size_t configuration_keys_names(const char *table, enum configuration_keys_file file,
                                const char **names, size_t most)
{
    size_t count = 0;
    for (const struct configuration_key *key = configuration_keys; key->name && count < most;
         key++) {
        if (stands_in(key, table, file))
            names[count++] = key->name;
    }
    return count;
}
