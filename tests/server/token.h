/*
 * token: OAuth2 client credentials (RFC 6749, 4.4): bearer tokens that expire.
 */
#ifndef HELLO_TOKEN_H
#define HELLO_TOKEN_H

#include "moment.h"

#include <jansson.h>
#include <stdbool.h>

struct tokens {
    const char *client_id, *client_secret; /* borrowed */
    json_int_t seconds;                    /* how long a token lasts */
    json_t *valid;                         /* owned: token -> moment of its end */
    json_int_t issued;                     /* how many so far */
};

bool tokens_init(struct tokens *tokens, const char *client_id, const char *client_secret,
                 json_int_t seconds);
void tokens_release(struct tokens *tokens);
/* All tokens given out so far become worthless. */
void tokens_expire(struct tokens *tokens);
/* `form`: body of the token request; `authorization`: its header, or NULL. Gives the status and the
 * answer (a new reference). */
unsigned tokens_issue(struct tokens *tokens, const char *form, const char *authorization,
                      moment now, json_t **answer);
/* Does this Authorization header (or NULL) open the API? */
bool tokens_allow(const struct tokens *tokens, const char *authorization, moment now);

#endif
