/* secret_forms: encoders that are small enough to try them all. */
#include "base/secret_forms.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static const char upper_hex[] = "0123456789ABCDEF";
static const char lower_hex[] = "0123456789abcdef";

static size_t copy(struct text text, char *out)
{
    memcpy(out, text.bytes, text.length);
    return text.length;
}

static size_t percent(struct text text, const char *digits, char *out)
{
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        const unsigned char byte = (unsigned char)text.bytes[i];
        if (byte < 0x80 && (isalnum(byte) || (byte != '\0' && strchr("-._~", byte)))) {
            out[length++] = (char)byte;
        } else {
            out[length++] = '%';
            out[length++] = digits[byte >> 4];
            out[length++] = digits[byte & 15];
        }
    }
    return length;
}

/* Some writers of JSON escape the slash. */
static size_t json(struct text text, bool slash_too, char *out)
{
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char byte = text.bytes[i];
        if (byte == '"' || byte == '\\' || (byte == '/' && slash_too))
            out[length++] = '\\';
        out[length++] = byte;
    }
    return length;
}

static size_t html(struct text text, char *out)
{
    static const char special[] = "&<>\"'";
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#039;"};
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char byte = text.bytes[i];
        const char *const found = byte == '\0' ? NULL : strchr(special, byte);
        if (!found) {
            out[length++] = byte;
            continue;
        }
        const char *const entity = entities[found - special];
        memcpy(out + length, entity, strlen(entity));
        length += strlen(entity);
    }
    return length;
}

static size_t hexadecimal(struct text text, const char *digits, char *out)
{
    for (size_t i = 0; i < text.length; i++) {
        const unsigned char byte = (unsigned char)text.bytes[i];
        out[2 * i] = digits[byte >> 4];
        out[2 * i + 1] = digits[byte & 15];
    }
    return 2 * text.length;
}

/* With this many bytes before the secret, modulo 3: the characters all of whose 6 bits come from
 * it. */
static size_t base64(struct text text, unsigned before, const char *last_two, char *out)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const size_t end = (before + text.length) * 8;
    size_t length = 0;
    for (size_t bit = (before * 8 + 5) / 6 * 6; bit + 6 <= end; bit += 6) {
        const size_t at = bit / 8 - before;
        unsigned pair = (unsigned)(unsigned char)text.bytes[at] << 8;
        if (at + 1 < text.length)
            pair |= (unsigned char)text.bytes[at + 1];
        const unsigned digit = pair >> (10 - bit % 8) & 63;
        out[length++] = digit < 62 ? alphabet[digit] : last_two[digit - 62];
    }
    return length;
}

size_t secret_forms_write(unsigned index, struct text secret, char *out)
{
    switch (index) {
    case 1:
    case 2:
        return percent(secret, index == 1 ? upper_hex : lower_hex, out);
    case 3:
    case 4:
        return json(secret, index == 4, out);
    case 5:
        return html(secret, out);
    case 6:
    case 7:
        return hexadecimal(secret, index == 6 ? lower_hex : upper_hex, out);
    default:
        if (index < 8 || index >= SECRET_FORMS)
            return copy(secret, out);
        return base64(secret, (index - 8) % 3, index < 11 ? "+/" : "-_", out);
    }
}
