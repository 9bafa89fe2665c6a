/*
 * integration: one integration, loaded: configuration, credentials, HTTP, script, manual.
 *
 * Calling sequence: integration_open, use, integration_close (also after a failed open). The
 * session must outlive it, and it must not move while it is open: the script holds pointers into
 * it.
 */
#ifndef TANDEM_HOST_INTEGRATION_H
#define TANDEM_HOST_INTEGRATION_H

#include "host/integration_limits.h"
#include "host/fence.h"
#include "host/session.h"
#include "host/token_vault.h"
#include "net/transport/cassette.h"
#include "net/client/http_client.h"
#include "script/integration/script_exchange.h"

struct integration {
    struct session *session;
    struct text name;
    struct integration_configuration *configuration; /* owned, like all that follow */
    struct token_vault vault;
    struct http_transport *transport;
    struct cassette *cassette; /* NULL unless this is recorded */
    struct authentication *authentication;
    struct authentication **other_auth; /* as the configuration has them; ends with NULL */
    struct integration_limits limits;
    struct http_client *http;
    struct script_cache cache;
    struct script_links links;
    uint64_t cache_used; /* bytes of it, at most; 0: not looked up yet */
    struct sandbox_watchdog *watchdog;
    struct script_exchange *exchange;
    struct manual *manual; /* in the session's arena */
    struct manual_warnings warnings;
    struct fence_state fence; /* the kernel's restrictions on the scripts */
};

struct integration_needs {
    bool disabled_too; /* open it although the configuration disables it */
    bool proposed;     /* use the proposed configuration instead of the active one */
    bool watchdog;     /* end the process if a script cannot be stopped otherwise */
    bool hot_swap;
    bool starts_processes; /* of its own, afterwards: the fence lets it */
    bool new_token; /* if credentials are enough to get a token, request a new one, and keep none */
    /* Only requests that read go out; `would_send` (may be NULL) is called for each other one. */
    bool dry_run;
    void (*would_send)(void *context, const struct http_request *request);
    void *would_send_context;
};

/* Errors are ERROR_CONFIGURATION or ERROR_SCRIPT and name the file; an unknown name is an
 * ERROR_USAGE with the nearest one, a disabled integration an ERROR_REFUSED. */
WARN_UNUSED enum error_code integration_open(struct session *session, const char *name,
                                             const struct integration_needs *needs,
                                             struct integration *integration, struct error *error);
void integration_close(struct integration *integration);

/* Is there such an integration, by its configuration? ERROR_USAGE if not. */
WARN_UNUSED enum error_code integration_exists(const struct session *session, const char *name,
                                               struct error *error);

#endif
