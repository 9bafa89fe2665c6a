/*
 * access: who may use the service: tokens of programs, accounts and sessions of people, and what
 * each of them did.
 *
 * Secrets are never stored: tokens, sessions and codes by their SHA-256, passwords as crypt(5)
 * hashes. Everything returned lives in the given arena.
 */
#ifndef TANDEM_STORE_SERVICE_ACCESS_H
#define TANDEM_STORE_SERVICE_ACCESS_H

#include "store/schema/store.h"

/* What a caller may do; each one includes those before it. */
enum access_role { ACCESS_VIEWER, ACCESS_OPERATOR, ACCESS_ADMIN };
/* "viewer", "operator", "admin"; static. */
const char *access_role_name(enum access_role role);
bool access_role_of(struct text name, enum access_role *role);
/* The scopes of tokens: "read", "run", "admin". */
const char *access_scope_name(enum access_role role);
bool access_scope_of(struct text name, enum access_role *role);

struct access_caller {
    struct text name;
    enum access_role role;
    bool is_token;
    instant expires; /* INSTANT_NONE: never */
};

/* ---- tokens ---- */

/* `hash` is 32 bytes; *id names it for access_token_revoke. */
WARN_UNUSED enum error_code access_token_add(struct store *store, struct text name,
                                             enum access_role scope, struct text hash,
                                             instant expires, int64_t *id, struct error *error);
/* ERROR_NOT_FOUND. */
WARN_UNUSED enum error_code access_token_revoke(struct store *store, int64_t id,
                                                struct error *error);
/* *found false: there is none, or it has expired. Its last use is written down to the minute. */
WARN_UNUSED enum error_code access_token_find(struct store *store, struct text hash,
                                              struct arena *arena, struct access_caller *caller,
                                              bool *found, struct error *error);
struct access_token {
    int64_t id;
    struct text name, scope;
    instant created, expires, last_used;
};
WARN_UNUSED enum error_code access_token_list(struct store *store, struct arena *arena,
                                              struct access_token **tokens, size_t *count,
                                              struct error *error);

/* ---- people ---- */

/* Add an account, or give it another role and password: its sessions end. */
WARN_UNUSED enum error_code access_account_set(struct store *store, struct text name,
                                               enum access_role role, struct text password,
                                               struct error *error);
/* It and its sessions; ERROR_NOT_FOUND. */
WARN_UNUSED enum error_code access_account_remove(struct store *store, struct text name,
                                                  struct error *error);
WARN_UNUSED enum error_code access_account_find(struct store *store, struct text name,
                                                struct arena *arena, enum access_role *role,
                                                struct text *password, bool *found,
                                                struct error *error);
/* Of a one-time link. */
WARN_UNUSED enum error_code access_code_add(struct store *store, struct text hash, struct text name,
                                            enum access_role role, instant expires,
                                            struct error *error);
/* Uses it up: it works once. *found false: there is none (any more). */
WARN_UNUSED enum error_code access_code_take(struct store *store, struct text hash,
                                             struct arena *arena, struct access_caller *caller,
                                             bool *found, struct error *error);
/* A session ends at `expires`, or when it has not been used for `idle_ms`. */
WARN_UNUSED enum error_code access_session_add(struct store *store, struct text hash,
                                               const struct access_caller *caller,
                                               struct text address, struct error *error);
WARN_UNUSED enum error_code access_session_find(struct store *store, struct text hash,
                                                int64_t idle_ms, struct arena *arena,
                                                struct access_caller *caller, bool *found,
                                                struct error *error);
WARN_UNUSED enum error_code access_session_end(struct store *store, struct text hash,
                                               struct error *error);

/* ---- the audit log ---- */

struct access_deed {
    struct text actor;   /* absent: the service itself */
    struct text address; /* absent: this machine's command line */
    struct text action;
    struct text integration, detail; /* absent: none */
};
WARN_UNUSED enum error_code access_audit(struct store *store, const struct access_deed *deed,
                                         struct error *error);

#endif
