/* The table of keys: what each means, for the reader, for `tandem check` and for the man page. */
#include "script/configuration/configuration_keys.h"

#include <string.h>

/* clang-format off */
const struct configuration_key configuration_keys[] = {
    {"", "enabled", "true or false", "true", KEYS_INTEGRATION, "false: it is not synced, and edits made here are not tracked for it"},
    {"", "base_url", "a URL", NULL, KEYS_INTEGRATION, "the address of the API; scripts may connect to its host, and credentials are sent there"},
    {"", "hosts", "a list of hosts", "none", KEYS_INTEGRATION, "further hosts to which scripts may connect, such as \"files.example.com\", \"*.example.com\" or \"private:crm.internal\""},
    {"", "ca_file", "a path", "the system's authorities", KEYS_INTEGRATION, "a PEM file with the certificates of your own authority (relative: in the home)"},
    {"", "auth", "a table", "no credentials", KEYS_INTEGRATION, "credentials; scripts never see them"},
    {"", "other_auth", "a table of tables", "none", KEYS_INTEGRATION, "further credentials, by names that the integration's page in docs gives them"},
    {"", "mapping", "a table", NULL, KEYS_INTEGRATION, "which of their fields belongs to which of ours"},
    {"", "webhooks", "a table", "none", KEYS_INTEGRATION, "how the deliveries of webhooks are verified"},
    {"", "judge", "a list", "{ \"base\", \"hard\", \"best\", \"fuzzy\" }", KEYS_BOTH, "how it is decided who wins a field that both sides changed"},
    {"", "on_tie", "\"nobody\", \"internal\" or \"integration\"", "\"nobody\"", KEYS_BOTH, "who wins if no date shows which edit was later"},
    {"", "first_link", "\"newest\", \"internal\", \"integration\" or \"hold\"", "\"newest\"", KEYS_BOTH, "whose value counts if the two sides differ and never agreed on one"},
    {"", "distinguish", "a table of lists of fields", "{ contact = { \"firstname\", \"lastname\", \"birthday\" } }", KEYS_BOTH, "fields that tell two objects apart although their identifiers match"},
    {"", "on_deleted_and_edited", "\"hold\", \"delete\" or \"restore\"", "\"hold\"", KEYS_BOTH, "what happens to an object that was deleted on one side and edited on the other"},
    {"", "overlap_seconds", "a number from 0 to 10000000", "300", KEYS_BOTH, "how much of the previous time window is read again"},
    {"", "page_full", "a number from 1 to 100000", "200", KEYS_BOTH, "how many of our objects are sent in one iteration of a first sync"},
    {"", "page_partial", "a number from 1 to 100000", "100", KEYS_BOTH, "how many of our objects are sent in one iteration of any other sync"},
    {"", "retries", "a number from 1 to 1000000", "5", KEYS_BOTH, "in how many runs, over at least a day, an object may fail before it is quarantined"},
    {"", "run_minutes", "a number from 1 to 1000000", "1440", KEYS_BOTH, "a run that takes longer ends after the current page"},
    {"", "brakes", "a table", "see below", KEYS_BOTH, "when a run stops itself"},
    {"", "limits", "a table", "see below", KEYS_BOTH, "rate, time and memory"},
    {"", "keep", "a table", "see below", KEYS_BOTH, "how long records of runs are kept"},
    {"", "schedule", "a table, or false", "{ every = \"10m\" }", KEYS_BOTH, "when 'tandem serve' syncs; false: by hand, by edits here and by webhooks only"},
    {"", "database", "a path", "\"var/tandem.db\"", KEYS_GENERAL, "the store (relative: in the home)"},
    {"", "key_file", "a path", "var/key", KEYS_GENERAL, "the key of the tokens in the store, unless TANDEM_KEY is set"},
    {"", "log_level", "\"error\", \"warn\", \"info\" or \"debug\"", "\"error\"", KEYS_GENERAL, "what is logged without -v"},
    {"", "service", "a table", "see below", KEYS_GENERAL, "addresses and settings of 'tandem serve'"},
    {"", "notify", "a table", "see below", KEYS_GENERAL, "where messages about matters that need a person are sent"},

    {"hosts", "url", "a host", NULL, KEYS_INTEGRATION, "the host, if the entry is a table"},
    {"hosts", "credentials", "true or false", "false", KEYS_INTEGRATION, "credentials are sent to this host as well"},

    {"limits", "requests_per_second", "a number from 0 to 1000000", "no limit", KEYS_BOTH, "the average rate, over all processes"},
    {"limits", "burst", "a number from 0 to 1000000", "1", KEYS_BOTH, "how many requests may be sent at once"},
    {"limits", "requests_per_day", "a number", "no limit", KEYS_BOTH, "requests per day in UTC, over all runs"},
    {"limits", "account", "a name", "one for each integration", KEYS_BOTH, "integrations with the same name here share these limits and the buckets"},
    {"limits", "buckets", "a table of tables", "none", KEYS_BOTH, "further limits of the account that only some requests use"},
    {"limits", "share", "a number from 0.01 to 1", "1", KEYS_BOTH, "how much of a limit may be used, where answers say how much is left of it"},
    {"limits", "concurrent_requests", "a number from 1 to 100", "4", KEYS_BOTH, "requests in progress at the same time"},
    {"limits", "attempts", "a number from 1 to 100", "5", KEYS_BOTH, "how often a request that may be repeated is sent, the first time included"},
    {"limits", "timeout_seconds", "a number from 0.001 to 86400", "60", KEYS_BOTH, "the longest time for one request"},
    {"limits", "connect_timeout_seconds", "a number from 0.001 to 3600", "10", KEYS_BOTH, "the longest time to connect"},
    {"limits", "retry_after_seconds", "a number from 0 to 86400", "120", KEYS_BOTH, "a service that asks for a longer wait ends the run"},
    {"limits", "body_mib", "a number from 0.001 to 4096", "64", KEYS_BOTH, "the largest answer, uncompressed"},
    {"limits", "memory_mib", "a number from 1 to 16384", "128", KEYS_BOTH, "memory of the script"},
    {"limits", "cpu_seconds", "a number from 0.01 to 86400", "60", KEYS_BOTH, "processor time of one call of the script"},
    {"limits", "wall_seconds", "a number from 0.01 to 86400", "300", KEYS_BOTH, "time of one call of the script, without waiting for HTTP"},

    {"buckets", "per_second", "a number", "no limit", KEYS_BOTH, "the average rate of a bucket"},
    {"buckets", "burst", "a number", "1", KEYS_BOTH, "how much of a bucket may be used at once"},
    {"buckets", "per_day", "a number", "no limit", KEYS_BOTH, "how much of a bucket may be used per day in UTC"},

    {"brakes", "mass_share", "a number from 0 to 1", "0.1", KEYS_BOTH, "a run ends before it deletes or unlinks more than this share of an object's links, or empties one field in more of them"},
    {"brakes", "mass_minimum", "a number", "20", KEYS_BOTH, "... if there are at least this many"},
    {"brakes", "outage_share", "a number from 0 to 1", "0.5", KEYS_BOTH, "a run ends if more than this share of the objects failed"},
    {"brakes", "outage_minimum", "a number", "50", KEYS_BOTH, "... of at least this many"},

    {"keep", "days", "a number from 1 to 36500", "30", KEYS_BOTH, "records of a run are deleted after this many days"},
    {"keep", "runs", "a number from 1 to 1000000", "200", KEYS_BOTH, "... or when it is not among this many of the newest runs"},

    {"schedule", "every", "a time such as \"10m\"", "\"10m\"", KEYS_BOTH, "the interval"},
    {"schedule", "fastest", "a time such as \"1m\"", "as 'every'", KEYS_BOTH, "the interval while there are changes"},
    {"schedule", "cron", "a cron line", NULL, KEYS_BOTH, "minute, hour, day, month and day of the week, in place of 'every'"},
    {"schedule", "timezone", "a time zone", "\"UTC\"", KEYS_BOTH, "the zone of 'cron', such as \"Europe/Berlin\""},

    {"webhooks", "scheme", "\"hubspot_v3\", \"hmac_sha256\", \"basic\" or \"standard_webhooks\"", NULL, KEYS_INTEGRATION, "how a delivery is signed"},
    {"webhooks", "secret", "a text", NULL, KEYS_INTEGRATION, "the key of the signature; of \"basic\" the password"},
    {"webhooks", "previous_secret", "a text", "none", KEYS_INTEGRATION, "also accepted, so that a secret can be changed"},
    {"webhooks", "username", "a text", NULL, KEYS_INTEGRATION, "of \"basic\""},
    {"webhooks", "header", "a header", NULL, KEYS_INTEGRATION, "of \"hmac_sha256\": the header with the signature"},
    {"webhooks", "prefix", "a text", "none", KEYS_INTEGRATION, "of \"hmac_sha256\": what precedes the signature in the header"},
    {"webhooks", "timestamp_header", "a header", "none", KEYS_INTEGRATION, "of \"hmac_sha256\": the header with the time, which is signed as well"},
    {"webhooks", "encoding", "\"hex\" or \"base64\"", "\"hex\"", KEYS_INTEGRATION, "of \"hmac_sha256\": how the signature is written"},
    {"webhooks", "id_header", "a header", "none", KEYS_INTEGRATION, "the header with the sender's id of a delivery"},
    {"webhooks", "path", "a word", "none", KEYS_INTEGRATION, "a part of the address that only the sender knows"},
    {"webhooks", "url", "a URL", NULL, KEYS_INTEGRATION, "of \"hubspot_v3\": the address exactly as it was entered in HubSpot"},
    {"webhooks", "tolerance_seconds", "a number from 1 to 86400", "300", KEYS_INTEGRATION, "how old a delivery may be"},

    {"service", "listen", "an address", "\"127.0.0.1:8321\"", KEYS_GENERAL, "the address of the API, the dashboard and the metrics"},
    {"service", "hooks", "an address", "nowhere", KEYS_GENERAL, "the address for incoming webhooks"},
    {"service", "hosts", "a list of names", "none", KEYS_GENERAL, "names that browsers use for the service, besides its address"},
    {"service", "https", "true or false", "false", KEYS_GENERAL, "true behind a proxy with https: cookies are marked Secure"},
    {"service", "web", "a path", "the one built in", KEYS_GENERAL, "a folder with the dashboard"},
    {"service", "jobs", "a number from 1 to 64", "the number of cores", KEYS_GENERAL, "runs at the same time"},
    {"service", "log", "\"text\" or \"json\"", "\"text\"", KEYS_GENERAL, "the format of the log; \"json\": one object per line"},

    {"notify", "url", "a URL", "none", KEYS_GENERAL, "where messages about matters that need a person are sent, as Standard Webhooks"},
    {"notify", "secret", "a text", NULL, KEYS_GENERAL, "\"whsec_\" and base64: the key that signs them"},
    {"notify", "command", "a command", "none", KEYS_GENERAL, "a command that receives a mail on its standard input"},
    {"notify", "link", "a URL", "no links", KEYS_GENERAL, "the address of the dashboard, for links in messages"},
    {"notify", "every", "a time such as \"15m\"", "\"15m\"", KEYS_GENERAL, "at most one message in this time"},

    {"object", "create", "true, false or \"always\"", "true", KEYS_INTEGRATION, "false: never create ours as this object; \"always\": also if it exists there as another object"},
    {"object", "on_deleted_here", "\"ignore\", \"unlink\" or \"delete\"", "\"unlink\"", KEYS_INTEGRATION, "what a deletion here does there"},
    {"object", "on_deleted_there", "\"ignore\", \"unlink\" or \"delete\"", "\"unlink\"", KEYS_INTEGRATION, "what a deletion there does here"},
    {"object", "fields", "a table of fields", "none", KEYS_INTEGRATION, "fields that have the same name as a setting"},

    {"field", "direction", "\"bidirectional\", \"to_internal\" or \"to_integration\"", "\"bidirectional\"", KEYS_INTEGRATION, "where values flow"},
    {"field", "required", "true or false", "false", KEYS_INTEGRATION, "an object without it is neither sent nor accepted"},
    {"field", "default", "a value", "none", KEYS_INTEGRATION, "the value for a required field that is empty"},
    {"field", "on_conflict", "\"newest\", \"internal\", \"integration\", \"non_empty\", \"strictest\" or a function", "\"newest\"", KEYS_INTEGRATION, "who wins a field that both sides changed"},
    {"field", "on_clear", "\"propagate\" or \"ignore\"", "\"propagate\"", KEYS_INTEGRATION, "whether clearing a field clears it on the other side"},
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
