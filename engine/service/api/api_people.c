/* People: owners of objects, their notifications, and accounts that log in. */
#include "service/api/handlers.h"

#include "model/value_json.h"
#include "service/access/secret.h"
#include "store/service/access.h"

enum { NAME_MOST = 100, EMAIL_MOST = 320, PASSWORD_LEAST = 8, PASSWORD_MOST = 511 };

/* ---- owners of objects ---- */

enum error_code api_handle_notifications(struct api_call *call, struct error *error)
{
    struct page_query query = {.page = PAGE_NOTIFICATIONS};
    return api_parameter(call, "user", &query.parameters[0], error)
               ? error->code
               : api_page(call, &query, NULL, error);
}

enum error_code api_handle_users(struct api_call *call, struct error *error)
{
    struct page_query query = {.page = PAGE_USERS};
    return api_page(call, &query, NULL, error);
}

static enum error_code read_user(struct api_call *call, struct store_user *user,
                                 struct error *error)
{
    json_t *body = NULL;
    if (api_body(call, "name email admin", &body, error))
        return error->code;
    enum error_code code = api_member_text(call, body, "name", NAME_MOST, &user->name, error);
    if (!code)
        code = api_member_text(call, body, "email", EMAIL_MOST, &user->email, error);
    if (!code)
        code = api_member_boolean(body, "admin", &user->admin, error);
    json_decref(body);
    return code;
}

enum error_code api_handle_set_user(struct api_call *call, struct error *error)
{
    struct store_user user = {.id = call->captures[0]};
    call->audit_detail = user.id;
    if (read_user(call, &user, error) || store_user_set(call->store, &user, error))
        return error->code;
    return web_answer_json(call->request, 200,
                           json_pack("{s:o, s:o, s:o, s:b}", "id", value_json_text(user.id), "name",
                                     value_json_text(user.name), "email",
                                     value_json_text(user.email), "admin", (int)user.admin),
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

enum error_code api_handle_accounts(struct api_call *call, struct error *error)
{
    struct page_query query = {.page = PAGE_ACCOUNTS};
    return api_page(call, &query, NULL, error);
}

static enum error_code read_account(struct api_call *call, enum access_role *role,
                                    struct text *password, struct error *error)
{
    struct text word = TEXT_ABSENT;
    json_t *body = NULL;
    if (api_body(call, "role password", &body, error))
        return error->code;
    enum error_code code = api_member_text(call, body, "role", NAME_MOST, &word, error);
    if (!code)
        code = api_member_text(call, body, "password", PASSWORD_MOST, password, error);
    json_decref(body);
    if (!code && (!access_role_of(word, role) || password->length < PASSWORD_LEAST))
        code = error_set(error, ERROR_INVALID,
                         "'role' must be 'viewer', 'operator' or 'admin', and 'password' have at "
                         "least %d characters",
                         PASSWORD_LEAST);
    return code;
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
    return web_answer_json(
        call->request, 200,
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
