/* People: who is calling, owners of objects, accounts that log in. */
#include "service/api/handlers.h"

#include "model/value_json.h"
#include "service/access/secret.h"
#include "store/service/access.h"

enum { NAME_MOST = 100, EMAIL_MOST = 320, PASSWORD_LEAST = 8, PASSWORD_MOST = 511 };

/* ---- who is calling ---- */

enum error_code api_handle_login(struct api_call *call, struct error *error)
{
    return gate_login(&call->api->gate, call->store, call->request, &call->caller, error);
}

enum error_code api_handle_session(struct api_call *call, struct error *error)
{
    return api_answer(call, gate_session_json(&call->caller), error);
}

enum error_code api_handle_logout(struct api_call *call, struct error *error)
{
    return gate_logout(&call->api->gate, call->store, call->request, error);
}

/* ---- owners of objects ---- */

enum error_code api_handle_set_user(struct api_call *call, struct error *error)
{
    struct store_user user = {.id = call->captures[0]};
    call->audit_detail = user.id;
    if (api_member_text(call, call->body, "name", NAME_MOST, &user.name, error) ||
        api_member_text(call, call->body, "email", EMAIL_MOST, &user.email, error) ||
        api_member_boolean(call->body, "admin", &user.admin, error) ||
        store_user_set(call->store, &user, error))
        return error->code;
    return api_answer(call,
                      json_pack("{s:o, s:o, s:o, s:b}", "id", value_json_text(user.id), "name",
                                value_json_text(user.name), "email", value_json_text(user.email),
                                "admin", (int)user.admin),
                      error);
}

enum error_code api_handle_remove_user(struct api_call *call, struct error *error)
{
    call->audit_detail = call->captures[0];
    if (store_user_remove(call->store, call->captures[0], error))
        return error->code;
    web_answer_empty(call->request, 204);
    return ERROR_NONE;
}

/* ---- accounts ---- */

static enum error_code read_account(struct api_call *call, enum access_role *role,
                                    struct text *password, struct error *error)
{
    struct text word = TEXT_ABSENT;
    if (api_member_text(call, call->body, "role", NAME_MOST, &word, error) ||
        api_member_text(call, call->body, "password", PASSWORD_MOST, password, error))
        return error->code;
    if (access_role_of(word, role) && password->length >= PASSWORD_LEAST)
        return ERROR_NONE;
    return error_set(error, ERROR_INVALID,
                     "'role' must be 'viewer', 'operator' or 'admin', and 'password' have at least "
                     "%d characters",
                     PASSWORD_LEAST);
}

enum error_code api_handle_set_account(struct api_call *call, struct error *error)
{
    const struct text name = call->captures[0];
    enum access_role role = ACCESS_VIEWER;
    struct text password = TEXT_ABSENT, hash = TEXT_ABSENT;
    call->audit_detail = name;
    if (text_is_empty(text_trim(name)) || name.length > NAME_MOST)
        return error_set(error, ERROR_INVALID, "the name of an account has 1 to %d bytes",
                         NAME_MOST);
    if (read_account(call, &role, &password, error) ||
        secret_password_hash(password, call->arena, &hash, error) ||
        access_account_set(call->store, name, role, hash, error))
        return error->code;
    return api_answer(
        call,
        json_pack("{s:o, s:s}", "name", value_json_text(name), "role", access_role_name(role)),
        error);
}

enum error_code api_handle_remove_account(struct api_call *call, struct error *error)
{
    call->audit_detail = call->captures[0];
    if (access_account_remove(call->store, call->captures[0], error))
        return error->code;
    web_answer_empty(call->request, 204);
    return ERROR_NONE;
}
