/*
 * json.decode and json.encode of the sandbox.
 *
 * Promise: what was decoded and can be encoded gives the same text a second time.
 */
#include <stdint.h>
#include <stdlib.h>

#include "script/bindings/bindings.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static int prepare(lua_State *L)
{
    binding_json_open(L);
    return 0;
}

static int decode(lua_State *L)
{
    const struct text *const text = lua_touserdata(L, 1);
    lua_settop(L, 0);
    binding_json_decode(L, *text);
    json_encode_push(L, 1);
    const struct text first = convert_text_at(L, 2);
    binding_json_decode(L, first);
    json_encode_push(L, 3);
    if (!text_equal(first, convert_text_at(L, 4)))
        abort();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const struct sandbox_options options = {.name = "fuzz"};
    struct text text = {(const char *)bytes, length};
    struct sandbox *sandbox = NULL;
    struct error error = {0};
    if (sandbox_new(&options, &sandbox, &error) || sandbox_protect(sandbox, prepare, NULL, &error))
        abort();
    (void)!sandbox_protect(sandbox, decode, &text, &error); /* refused: as good */
    sandbox_free(sandbox);
    return 0;
}
