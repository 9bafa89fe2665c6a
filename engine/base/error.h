/*
 * error: the one error type of the project.
 *
 * A function that can fail returns `enum error_code` (ERROR_NONE is 0, so
 * `if (f(...))` reads "if f failed") and takes a `struct error *` as its last
 * parameter. The struct is untouched on success and filled completely on
 * failure: what failed, where, why, and what to do. On the way up an error may
 * be prefixed (error_prefix) but is never overwritten.
 *
 * Messages are one sentence of UTF-8, lower case first word, no full stop,
 * subjects in single quotes; they never contain secrets.
 *
 * `struct error` owns nothing and needs no release; it can be copied.
 */
#ifndef TANDEM_BASE_ERROR_H
#define TANDEM_BASE_ERROR_H

#include <stdarg.h>

/* X(code, name): name is what --json, logs and scripts see. */
#define ERROR_CODES(X)                                                                             \
    X(ERROR_NONE, "none")                                                                          \
    X(ERROR_MEMORY, "memory")               /* an allocation failed or a limit was reached */      \
    X(ERROR_USAGE, "usage")                 /* wrong option or argument; nothing was started */    \
    X(ERROR_CONFIGURATION, "configuration") /* configuration, manifest or manual is wrong */       \
    X(ERROR_LOCKED, "locked")               /* another run of this integration is under way */     \
    X(ERROR_REFUSED, "refused")             /* the run is refused before it reads anything */      \
    X(ERROR_NOT_FOUND, "not_found")         /* the named thing does not exist */                   \
    X(ERROR_INVALID, "invalid")             /* a value or text is not what its type demands */     \
    X(ERROR_STORE, "store")                 /* SQLite: full disk, read only, corrupt ... */        \
    X(ERROR_BUSY, "busy")                   /* the store is locked by another process */           \
    X(ERROR_SCRIPT, "script")               /* a script failed: file:line is in the message */     \
    X(ERROR_SCRIPT_LIMIT, "script_limit")   /* a script exceeded its memory or time limit */       \
    X(ERROR_TRANSPORT, "transport") /* network: resolve, connect, timeout, TLS, too large */       \
    X(ERROR_AUTHENTICATION, "authentication") /* credentials refused or must be renewed */         \
    X(ERROR_CURSOR_REPEATED,                                                                       \
      "cursor_repeated")                /* a report's cursor was seen before in this run */        \
    X(ERROR_OUTAGE, "outage")           /* too many objects failed: the run was stopped */         \
    X(ERROR_MASS_CHANGE, "mass_change") /* a brake: too many deletions, or an empty side */        \
    X(ERROR_INTERRUPTED, "interrupted") /* SIGINT or SIGTERM */                                    \
    X(ERROR_SYSTEM, "system")           /* any other system call: errno text in the message */     \
    X(ERROR_INTERNAL, "internal")       /* a broken promise between our own modules */

enum error_code {
#define X(code, name) code,
    ERROR_CODES(X)
#undef X
};

/* How much is affected. */
enum error_scope { ERROR_SCOPE_RUN, ERROR_SCOPE_OBJECT, ERROR_SCOPE_ITERATION };

/* When trying again can help. */
enum error_retry { ERROR_RETRY_NEVER, ERROR_RETRY_NOW, ERROR_RETRY_LATER };

enum { ERROR_MESSAGE_SIZE = 1024 };

struct error {
    enum error_code code;
    enum error_scope scope;
    enum error_retry retry;
    int number;                       /* base/error_number.h; 0: that of its kind */
    long detail;                      /* HTTP status, extended SQLite code or errno; else 0 */
    char message[ERROR_MESSAGE_SIZE]; /* UTF-8, NUL-terminated, cut at a character boundary */
};

#define WARN_UNUSED              __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

/* Fill `error` (may be NULL) and return `code`, so that `return error_set(...)` reads well.
 * Scope is RUN, retry NEVER, detail 0 until set otherwise by the caller. */
enum error_code error_set(struct error *error, enum error_code code, const char *format, ...)
    PRINTF_LIKE(3, 4);
enum error_code error_set_list(struct error *error, enum error_code code, const char *format,
                               va_list arguments);

/* Put "prefix: " before the message of an error that is already set; returns its code
 * (ERROR_INTERNAL if `error` is NULL, because the code is unknown). */
enum error_code error_prefix(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3);

/* ERROR_SYSTEM; the text of errno follows the message: "cannot open 'x': No such file or
 * directory".
 */
enum error_code error_system(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3);

/* ERROR_MEMORY with a message that names what was being allocated. */
enum error_code error_memory(struct error *error, const char *what);

/* Whoever goes on although something failed leaves no error behind: either it received the error in
 * a struct of its own, or it ends with `return error_forgive(error)`. Clears `error` (may be NULL);
 * returns ERROR_NONE. */
enum error_code error_forgive(struct error *error);

/* The name of a code ("transport"); borrowed, static. */
const char *error_name(enum error_code code);

#endif
