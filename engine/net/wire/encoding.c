/* Base64, hexadecimal, percent-encoding, and random texts. */
#include "net/wire/encoding.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RANDOM = 64 };

static bool is_unreserved(unsigned char byte)
{
    return byte != '\0' && byte < 0x80 && (isalnum(byte) || strchr("-._~", byte));
}

enum error_code encoding_percent(struct buffer *out, struct text text, struct error *error)
{
    enum error_code code = ERROR_NONE;
    for (size_t i = 0; i < text.length && !code; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        code = is_unreserved(byte) ? buffer_append(out, &text.bytes[i], 1, error)
                                   : buffer_append_format(out, error, "%%%02X", byte);
    }
    return code;
}

static int digit(char byte)
{
    const char *digits = "0123456789abcdef";
    const char *place = byte != '\0' ? strchr(digits, tolower((unsigned char)byte)) : NULL;
    return place ? (int)(place - digits) : -1;
}

enum error_code encoding_unpercent(struct buffer *out, struct text text, bool form,
                                   struct error *error)
{
    enum error_code code = ERROR_NONE;
    for (size_t i = 0; i < text.length && !code; i++) {
        char byte = text.bytes[i];
        if (byte == '%' && i + 2 < text.length && digit(text.bytes[i + 1]) >= 0 &&
            digit(text.bytes[i + 2]) >= 0) {
            byte = (char)(digit(text.bytes[i + 1]) * 16 + digit(text.bytes[i + 2]));
            i += 2;
        } else if (byte == '+' && form) {
            byte = ' ';
        }
        code = buffer_append(out, &byte, 1, error);
    }
    return code;
}

enum error_code encoding_form(struct buffer *out, const char *name, struct text value,
                              struct error *error)
{
    if (text_is_absent(value))
        return ERROR_NONE;
    if (buffer_append_format(out, error, "%s%s=", out->length > 0 ? "&" : "", name))
        return error->code;
    return encoding_percent(out, value, error);
}

enum error_code encoding_base64(struct buffer *out, struct text bytes, struct error *error)
{
    if (bytes.length > (1U << 20))
        return error_set(error, ERROR_INTERNAL, "too many bytes for base64");
    size_t size = 4 * ((bytes.length + 2) / 3) + 1;
    unsigned char *encoded = malloc(size);
    if (!encoded)
        return error_memory(error, "base64");
    int length = EVP_EncodeBlock(encoded, (const unsigned char *)bytes.bytes, (int)bytes.length);
    const enum error_code code = buffer_append(out, (const char *)encoded, (size_t)length, error);
    OPENSSL_cleanse(encoded, size);
    free(encoded);
    return code;
}

enum error_code encoding_base64url(struct buffer *out, struct text bytes, struct error *error)
{
    const size_t start = out->length;
    if (encoding_base64(out, bytes, error))
        return error->code;
    while (out->length > start && out->data[out->length - 1] == '=')
        out->data[--out->length] = '\0';
    for (size_t i = start; i < out->length; i++)
        out->data[i] = out->data[i] == '+' ? '-' : out->data[i] == '/' ? '_' : out->data[i];
    return ERROR_NONE;
}

enum error_code encoding_random(struct buffer *out, size_t bytes, struct error *error)
{
    unsigned char random[MAX_RANDOM];
    if (bytes > sizeof(random) || RAND_bytes(random, (int)bytes) != 1)
        return error_set(error, ERROR_SYSTEM, "the system provides no random numbers");
    enum error_code code =
        encoding_base64url(out, (struct text){(const char *)random, bytes}, error);
    OPENSSL_cleanse(random, sizeof(random));
    return code;
}

void encoding_wipe(struct buffer *buffer)
{
    if (buffer->data)
        OPENSSL_cleanse(buffer->data, buffer->capacity);
    buffer_release(buffer);
}
