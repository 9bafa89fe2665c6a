/*
 * crypto: sha256(text), hmac_sha256(key, text) -> raw bytes; hex(bytes), base64_encode(bytes),
 * base64_decode(text) -> bytes or nil; uuid() -> random version 4. All by libcrypto.
 */
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <string.h>

#include "script/bindings/bindings.h"

/* The bytes of an argument; INT_MAX is what libcrypto's older functions take. */
static struct text check_bytes(lua_State *L, int index)
{
    const struct text bytes = convert_check_text(L, index);
    luaL_argcheck(L, bytes.length < INT_MAX / 2, index, "too long");
    sandbox_charge(L, bytes.length * 4);
    return bytes;
}

static int crypto_sha256(lua_State *L)
{
    const struct text bytes = check_bytes(L, 1);
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256((const unsigned char *)bytes.bytes, bytes.length, digest);
    lua_pushlstring(L, (const char *)digest, sizeof digest);
    return 1;
}

static int crypto_hmac_sha256(lua_State *L)
{
    const struct text key = check_bytes(L, 1);
    const struct text bytes = check_bytes(L, 2);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    if (!HMAC(EVP_sha256(), key.bytes, (int)key.length, (const unsigned char *)bytes.bytes,
              bytes.length, digest, &length))
        return luaL_error(L, "hmac_sha256 failed");
    lua_pushlstring(L, (const char *)digest, length);
    return 1;
}

static int crypto_hex(lua_State *L)
{
    static const char digits[] = "0123456789abcdef";
    const struct text bytes = check_bytes(L, 1);
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    for (size_t i = 0; i < bytes.length; i++) {
        luaL_addchar(&out, digits[(unsigned char)bytes.bytes[i] >> 4]);
        luaL_addchar(&out, digits[(unsigned char)bytes.bytes[i] & 15]);
    }
    luaL_pushresult(&out);
    return 1;
}

static int crypto_base64_encode(lua_State *L)
{
    const struct text bytes = check_bytes(L, 1);
    luaL_Buffer out;
    char *const room = luaL_buffinitsize(L, &out, bytes.length / 3 * 4 + 8);
    const int length = EVP_EncodeBlock((unsigned char *)room, (const unsigned char *)bytes.bytes,
                                       (int)bytes.length);
    luaL_pushresultsize(&out, (size_t)length);
    return 1;
}

static int crypto_base64_decode(lua_State *L)
{
    const struct text text = text_trim(check_bytes(L, 1));
    luaL_Buffer out;
    char *const room = luaL_buffinitsize(L, &out, text.length + 4);
    const int length =
        EVP_DecodeBlock((unsigned char *)room, (const unsigned char *)text.bytes, (int)text.length);
    if (length < 0) {
        lua_pushnil(L);
        return 1;
    }
    size_t padding = 0;
    while (padding < 2 && padding < text.length && text.bytes[text.length - 1 - padding] == '=')
        padding++;
    luaL_pushresultsize(&out, (size_t)length - padding);
    return 1;
}

static int crypto_uuid(lua_State *L)
{
    unsigned char bytes[16];
    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return luaL_error(L, "no random bytes");
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    char text[40];
    size_t length = 0;
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text[length++] = '-';
        (void)snprintf(text + length, sizeof text - length, "%02x", bytes[i]);
        length += 2;
    }
    lua_pushlstring(L, text, length);
    return 1;
}

void binding_crypto_open(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"sha256", crypto_sha256},
        {"hmac_sha256", crypto_hmac_sha256},
        {"hex", crypto_hex},
        {"base64_encode", crypto_base64_encode},
        {"base64_decode", crypto_base64_decode},
        {"uuid", crypto_uuid},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    sandbox_set_library(L, "crypto");
}
