/*
 * script_exchange: an integration as the engine's run sees it.
 *
 * struct exchange over a loaded script. At each iteration of depth 0 it checks whether the folder
 * has changed, loads the new version beside the old one, and swaps if it loads without errors;
 * otherwise the old one stays in use and the log says why. Every entry into the script is a call
 * that yields while it waits for HTTP.
 *
 * Free it before the http_client, the cache and the log that it was given.
 */
#ifndef TANDEM_SCRIPT_INTEGRATION_SCRIPT_EXCHANGE_H
#define TANDEM_SCRIPT_INTEGRATION_SCRIPT_EXCHANGE_H

#include "script/configuration/configuration.h"
#include "script/integration/script_loader.h"
#include "model/side.h"

struct script_exchange;

struct script_exchange_options {
    struct script_options script;
    /* borrowed; for on_conflict; may be NULL */
    const struct integration_configuration *configuration;
    bool hot_swap; /* a changed script is used from the next call on */
    /* how often the files are looked at, at most, in milliseconds; 0: before each call */
    unsigned look_every_ms;
};

/* Load the script. Copies the options. Owned: script_exchange_close. */
WARN_UNUSED enum error_code script_exchange_open(const struct script_exchange_options *options,
                                                 struct script_exchange **exchange,
                                                 struct error *error);
void script_exchange_close(struct script_exchange *exchange); /* accepts NULL */

/* For manual_load. Both change with a swap; borrowed until the next call of the exchange. */
const struct manifest *script_exchange_manifest(const struct script_exchange *exchange);
/* The version that runs now. */
const struct script_version *script_exchange_version(const struct script_exchange *exchange);
/* Processor time of all of them, in milliseconds. */
int64_t script_exchange_cpu_ms(const struct script_exchange *exchange);
/* Must be called before the table is used; borrowed. */
void script_exchange_set_manual(struct script_exchange *exchange, const struct manual *manual);
/* The table of functions; borrowed, lives as long as `exchange`. */
struct exchange *script_exchange_table(struct script_exchange *exchange);

/* The fields of an object as fields.lua gives them: from its API, once per run unless `fresh`; over
 * the cache. In the arena. An integration without fields.lua has none (count 0). */
WARN_UNUSED enum error_code script_exchange_fields(struct script_exchange *exchange,
                                                   struct text object, bool fresh,
                                                   struct arena *arena,
                                                   struct script_field **fields, size_t *count,
                                                   struct error *error);
/* The records that a webhook's delivery names, by webhook_reader.lua; in the arena. ERROR_SCRIPT if
 * there is no such file, or it cannot read the delivery. */
WARN_UNUSED enum error_code script_exchange_read_webhook(struct script_exchange *exchange,
                                                         struct text body, struct arena *arena,
                                                         struct object_name **names, size_t *count,
                                                         struct error *error);
/* What the script has: for check and the spec kit. part: "fields", "report_builder",
 * "order_executioner", "value_normalizer", "hooks", "webhook_reader"; function: "build" ... */
bool script_exchange_has(const struct script_exchange *exchange, const char *part,
                         const char *function);

#endif
