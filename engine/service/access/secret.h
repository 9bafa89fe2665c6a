/*
 * secret: tokens, codes and passwords, and what is stored of them.
 */
#ifndef TANDEM_SERVICE_ACCESS_SECRET_H
#define TANDEM_SERVICE_ACCESS_SECRET_H

#include "base/text.h"

enum { SECRET_SIZE = 64 };

/* `prefix` and 32 random bytes as base64url: "tnd_..." */
WARN_UNUSED enum error_code secret_make(const char *prefix, char secret[SECRET_SIZE],
                                        struct error *error);
/* SHA-256, its 32 bytes in the arena: secrets that are random need no slow hash. */
WARN_UNUSED enum error_code secret_hash(struct text secret, struct arena *arena, struct text *hash,
                                        struct error *error);
/* yescrypt, as crypt(5) writes it; in the arena. Takes some time on purpose. */
WARN_UNUSED enum error_code secret_password_hash(struct text password, struct arena *arena,
                                                 struct text *hash, struct error *error);
/* Is this the password? `hash` absent (nobody has that name): takes as long, and is false. */
bool secret_password_fits(struct text password, struct text hash);

#endif
