/* oauth2: what the answer to a token request means (RFC 6749). */
#include <jansson.h>
#include <string.h>

#include "base/error_number.h"
#include "net/auth/authentication_state.h"

/* After a temporary failure: how long no new request is made. */
static const int64_t PAUSE_MS = 10000;
/* Longer lifetimes are not believed: such a large number cannot be seconds. */
static const int64_t LONGEST_SECONDS = INT64_C(10) * 366 * 86400;

static void fail_for(struct authentication *authentication, instant until,
                     const struct error *failure)
{
    authentication->failure = *failure;
    authentication->failure_until = until;
    (void)error_prefix(&authentication->failure, "token request");
    log_write(authentication->log, LOG_WARN, "net", "%s", authentication->failure.message);
}

/* A temporary failure: the old token is used as long as it is valid. */
static void fail_for_now(struct authentication *authentication, const struct error *failure,
                         instant now)
{
    if (authentication_is_usable(authentication, now)) {
        authentication->refresh_after_failure = now + PAUSE_MS;
        log_write(authentication->log, LOG_WARN, "net", "token request: %s", failure->message);
        return;
    }
    fail_for(authentication, now + PAUSE_MS, failure);
}

static void forget_code(struct authentication *authentication)
{
    authentication_wipe(&authentication->code);
    authentication_wipe(&authentication->verifier);
    authentication_wipe(&authentication->redirect_uri);
}

/* The server says that our credentials are invalid. */
static void grant_refused(struct authentication *authentication)
{
    struct error failure = {0};
    if (authentication->code) {
        forget_code(authentication);
        (void)error_numbered(&failure, ERROR_NUMBER_AUTHORIZATION, ERROR_AUTHENTICATION,
                             "the authorization code was refused: run 'tandem auth' again");
        fail_for(authentication, INSTANT_NONE, &failure);
        return;
    }
    /* A process that no lock could keep out may have used it up: then there is a new one. */
    bool adopted = false;
    if (authentication->refresh_token && authentication_adopt(authentication, &adopted, &failure)) {
        fail_for(authentication, INSTANT_NONE, &failure);
        return;
    }
    if (adopted)
        return;
    if (authentication->type == AUTHENTICATION_CODE) {
        authentication->needs_reauth = true;
        authentication->unsaved = authentication_keep(authentication, &failure) != ERROR_NONE;
        log_write(authentication->log, LOG_ERROR, "net",
                  "the refresh token was refused: run 'tandem auth' for this integration");
        return;
    }
    if (authentication->refresh_token) {
        /* The user name and password, or the client's secret, get a new one. */
        authentication_wipe(&authentication->refresh_token);
        return;
    }
    (void)error_numbered(&failure, ERROR_NUMBER_CREDENTIALS, ERROR_AUTHENTICATION,
                         "'%s' refuses the credentials: correct 'auth' in the configuration",
                         authentication->settings[SETTING_TOKEN_URL]);
    fail_for(authentication, INSTANT_NONE, &failure);
}

/* An error of the token endpoint. */
static void take_refusal(struct authentication *authentication, int status, const json_t *answer,
                         instant now)
{
    struct error failure = {0};
    const char *reason = json_string_value(json_object_get(answer, "error"));
    if (reason && strcmp(reason, "invalid_grant") == 0) {
        grant_refused(authentication);
        return;
    }
    /* Only the protocol's error codes are repeated: descriptions may quote what we sent. */
    bool word = reason && strlen(reason) <= 40 &&
                reason[strspn(reason, "abcdefghijklmnopqrstuvwxyz_")] == '\0';
    (void)error_numbered(&failure, ERROR_NUMBER_CREDENTIALS, ERROR_AUTHENTICATION,
                         "'%s' answers %d%s%s: check 'auth' in the configuration",
                         authentication->settings[SETTING_TOKEN_URL], status, word ? " " : "",
                         word ? reason : "");
    failure.detail = status;
    if (status == 400 || status == 401)
        fail_for(authentication, INSTANT_NONE, &failure);
    else
        fail_for_now(authentication, &failure, now);
}

/* Seconds, also as text; 0: not said. */
static int64_t life_of(const json_t *answer)
{
    const json_t *value = json_object_get(answer, "expires_in");
    int64_t seconds = 0;
    if (json_is_number(value)) {
        double number = json_number_value(value);
        seconds = number > 0 && number < 1e15 ? (int64_t)number : 0;
    } else if (!text_to_integer(text_trim(text_of(json_string_value(value))), &seconds)) {
        return 0;
    }
    return seconds > 0 && seconds <= LONGEST_SECONDS ? seconds : 0;
}

static bool is_bearer(const json_t *answer)
{
    const char *type = json_string_value(json_object_get(answer, "token_type"));
    return !type || strcasecmp(type, "bearer") == 0;
}

static void take_tokens(struct authentication *authentication, const json_t *answer, instant now)
{
    struct error error = {0};
    const char *access = json_string_value(json_object_get(answer, "access_token"));
    const char *refresh = json_string_value(json_object_get(answer, "refresh_token"));
    int64_t life = life_of(answer);

    const char *base = authentication->settings[SETTING_BASE_URL_FROM];
    if (base)
        base = json_string_value(json_object_get(answer, base));
    if (!access || *access == '\0' || !text_is_visible_ascii(text_of(access)) ||
        !is_bearer(answer)) {
        (void)error_set(&error, ERROR_AUTHENTICATION,
                        "'%s' answers without a bearer token: check 'token_url'",
                        authentication->settings[SETTING_TOKEN_URL]);
        fail_for_now(authentication, &error, now);
        return;
    }
    if (authentication_learn_base(authentication, base, &error)) {
        fail_for_now(authentication, &error, now);
        return;
    }
    if (authentication->code)
        authentication_wipe(&authentication->refresh_token); /* of an earlier authorization */
    if (authentication_set_secret(authentication, &authentication->access_token, text_of(access),
                                  &error) ||
        (refresh && *refresh != '\0' &&
         authentication_set_secret(authentication, &authentication->refresh_token, text_of(refresh),
                                   &error))) {
        fail_for(authentication, now + PAUSE_MS, &error);
        return;
    }
    forget_code(authentication);
    authentication_renewed(authentication);
    const int64_t quarter = life * 1000 / 4;
    authentication_set_end(authentication, life > 0 ? now + life * 1000 : INSTANT_NONE,
                           quarter < AUTHENTICATION_EARLY_MS ? quarter : AUTHENTICATION_EARLY_MS);
    /* The old refresh token may be invalid now, so this one is stored before anything else. If that
     * fails, the next check tries again, and nothing is sent until it has worked. */
    authentication->unsaved = authentication_keep(authentication, &error) != ERROR_NONE;
}

void authentication_token_answer(struct authentication *authentication,
                                 const struct http_result *result, instant now)
{
    const struct http_response *response = &result->response;
    if (result->fault != HTTP_FAULT_NONE) {
        fail_for_now(authentication, &result->error, now);
    } else {
        json_t *const answer = json_loadb(response->body.bytes ? response->body.bytes : "",
                                          response->body.length, 0, NULL);
        if (response->status >= 200 && response->status <= 299)
            take_tokens(authentication, answer, now);
        else
            take_refusal(authentication, response->status, answer, now);
        json_decref(answer);
    }
    authentication_unlock(authentication);
}
