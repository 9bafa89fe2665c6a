/*
 * authentication_use: how the client works with net/auth/authentication.h.
 *
 * Before a request: authentication_check. If a token is needed the client sends
 * authentication_token_request, once for all that wait, and gives the answer to
 * authentication_token_answer. Then authentication_sign. After a 401: authentication_reject.
 * Not thread safe: one authentication belongs to one client at a time.
 */
#ifndef TANDEM_NET_AUTH_AUTHENTICATION_USE_H
#define TANDEM_NET_AUTH_AUTHENTICATION_USE_H

#include "net/auth/authentication.h"
#include "net/wire/url.h"

enum authentication_readiness {
    AUTHENTICATION_READY,
    AUTHENTICATION_TOKEN_NEEDED,
    AUTHENTICATION_FAILED /* the error says why and what to do */
};

/* What is added to one request. All owned: authentication_credentials_release. */
struct credentials {
    struct buffer header; /* value of the header; empty: none */
    struct buffer url;    /* the URL to use instead; empty: unchanged */
};
void authentication_credentials_release(struct credentials *credentials); /* wipes */

/* May requests be sent now? */
enum authentication_readiness authentication_check(struct authentication *authentication,
                                                   instant now, struct error *error);
/* Counts tokens: what a request was signed with. */
uint64_t authentication_generation(const struct authentication *authentication);
/* The name of the header that carries credentials; NULL if none does. Borrowed. */
const char *authentication_header(const struct authentication *authentication);
/* The name of the query parameter that does; NULL if none. Borrowed. */
const char *authentication_parameter(const struct authentication *authentication);
/* Credentials for a request that goes to `url`. Those of type none add nothing. */
WARN_UNUSED enum error_code authentication_sign(struct authentication *authentication,
                                                const struct http_request *request,
                                                const struct url *url, instant now,
                                                struct credentials *credentials,
                                                struct error *error);
/* A request signed with `generation` was answered by 401: may another token help? */
bool authentication_reject(struct authentication *authentication, uint64_t generation);
/* Where tokens come from; absent for types without. Borrowed. */
struct text authentication_token_url(const struct authentication *authentication);
/* The API's address from the answer with the token (base_url_from); NULL: it gives none.
 * Borrowed until the next token. */
const char *authentication_base_url(const struct authentication *authentication);
/* The request for a token. Its texts are borrowed until the next call. */
WARN_UNUSED enum error_code authentication_token_request(struct authentication *authentication,
                                                         instant now, struct http_request *request,
                                                         struct error *error);
/* Its answer. New tokens are kept before they are used; the next check reports problems. */
void authentication_token_answer(struct authentication *authentication,
                                 const struct http_result *result, instant now);

#endif
