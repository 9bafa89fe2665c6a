/* http_answer: responses and errors as tables. */
#include "script/bindings/http_answer.h"

#include "script/bindings/bindings.h"

static const char key_headers = 'h';
static const char key_error = 'e';

static int error_text(lua_State *L)
{
    lua_pushliteral(L, "message");
    lua_rawget(L, 1);
    if (lua_type(L, -1) != LUA_TSTRING)
        lua_pushliteral(L, "an error of http");
    return 1;
}

void http_answer_push_error(lua_State *L, const char *kind, const char *message,
                            enum error_number number)
{
    lua_createtable(L, 0, 3);
    convert_set_integer(L, "number", number);
    convert_set_words(L, "kind", kind);
    convert_set_words(L, "message", message);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_error);
    lua_setmetatable(L, -2);
}

void http_answer_push_fault(lua_State *L, const struct http_result *result)
{
    http_answer_push_error(L, http_fault_name(result->fault), result->error.message,
                           error_number_of(&result->error));
    if (result->error.detail != 0)
        convert_set_integer(L, "status", result->error.detail);
}

static void push_lower(lua_State *L, struct text text)
{
    luaL_Buffer out;
    char *const room = luaL_buffinitsize(L, &out, text.length + 1);
    for (size_t i = 0; i < text.length; i++) {
        const char byte = text.bytes[i];
        room[i] = byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
    }
    luaL_pushresultsize(&out, text.length);
}

/* response.headers["Content-Type"]: letter case does not count. */
static int header_index(lua_State *L)
{
    if (lua_type(L, 2) != LUA_TSTRING)
        return 0;
    push_lower(L, convert_text_at(L, 2));
    lua_rawget(L, 1);
    return 1;
}

static void push_headers(lua_State *L, const struct http_response *response)
{
    lua_createtable(L, 0, (int)response->header_count);
    for (size_t i = 0; i < response->header_count; i++) {
        push_lower(L, response->headers[i].name);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, -3) == LUA_TSTRING) {
            lua_pushliteral(L, ", ");
            convert_push_text(L, response->headers[i].value);
            lua_concat(L, 3);
        } else {
            lua_pop(L, 1);
            convert_push_text(L, response->headers[i].value);
        }
        lua_rawset(L, -3);
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_headers);
    lua_setmetatable(L, -2);
}

static int decode_body(lua_State *L)
{
    lua_settop(L, 1);
    binding_json_decode(L, convert_text_at(L, 1));
    return 1;
}

/* response.json(): upvalue is the body. Raises {kind = "decode"} for what is not JSON. */
static int response_json(lua_State *L)
{
    lua_settop(L, 0);
    lua_pushcfunction(L, decode_body);
    lua_pushvalue(L, lua_upvalueindex(1));
    const int status = lua_pcall(L, 1, 1, 0);
    sandbox_check_killed(L);
    if (status == LUA_OK)
        return 1;
    if (status == LUA_ERRMEM)
        return lua_error(L);
    const struct text body = convert_text_at(L, lua_upvalueindex(1));
    char message[512];
    (void)snprintf(message, sizeof message, "the answer (status %d) is %s; it begins with '%.80s'",
                   (int)lua_tointeger(L, lua_upvalueindex(2)), lua_tostring(L, -1),
                   body.length > 0 ? body.bytes : "");
    http_answer_push_error(L, "decode", message, ERROR_NUMBER_SCRIPT);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_setfield(L, -2, "status");
    return lua_error(L);
}

void http_answer_push(lua_State *L, const struct http_response *response)
{
    lua_createtable(L, 0, 6);
    convert_set_integer(L, "status", response->status);
    convert_set_flag(L, "ok", response->status >= 200 && response->status < 300);
    push_headers(L, response);
    lua_setfield(L, -2, "headers");
    sandbox_charge(L, response->body.length);
    lua_pushlstring(L, response->body.bytes ? response->body.bytes : "", response->body.length);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "body");
    lua_pushinteger(L, response->status);
    lua_pushcclosure(L, response_json, 2);
    lua_setfield(L, -2, "json");
    convert_set_integer(L, "elapsed_ms", response->elapsed_ms);
}

void http_answer_open(lua_State *L)
{
    lua_newtable(L);
    lua_pushcfunction(L, header_index);
    lua_setfield(L, -2, "__index");
    convert_set_flag(L, "__metatable", 0);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_headers);
    lua_newtable(L);
    lua_pushcfunction(L, error_text);
    lua_setfield(L, -2, "__tostring");
    convert_set_words(L, "__name", "http error");
    convert_set_flag(L, "__metatable", 0);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_error);
}
