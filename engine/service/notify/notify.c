/* Store, send, book: one channel after the other. */
#include "service/notify/notify.h"

#include "host/run_lock.h"
#include "service/access/secret.h"
#include "service/notify/channel.h"
#include "service/notify/digest.h"

enum { FIRST_WAIT_MS = 60 * 1000, LONGEST_WAIT_MS = 3600 * 1000 };

/* A channel, and the form of a message for it. */
struct way {
    struct text name;
    enum error_code (*write)(const struct digest *digest, struct buffer *body, struct error *error);
};
static const struct way webhook = {{"webhook", 7}, digest_json};
static const struct way command = {{"command", 7}, digest_mail};

/* What is new for a way; its transaction is open if there is something. */
static enum error_code collect(struct session *session, const struct way *way, struct text key,
                               struct digest *digest, struct error *error)
{
    struct message_matter *matters = NULL;
    *digest = (struct digest){
        .link = session->configuration->notify.link, .key = key, .now = session_now(session)};
    if (message_begin(session->store, way->name, session->arena, &matters, &digest->count, error))
        return error->code;
    digest->matters = matters;
    return ERROR_NONE;
}

static enum error_code make(struct session *session, const struct way *way, struct error *error)
{
    struct buffer body = BUFFER(DIGEST_MOST);
    struct digest digest;
    char key[SECRET_SIZE];
    if (secret_make("msg_", key, error) || collect(session, way, text_of(key), &digest, error))
        return error->code;
    if (digest.count == 0)
        return ERROR_NONE;
    enum error_code code = way->write(&digest, &body, error);
    code = message_add(session->store, way->name, digest.key, buffer_text(&body), code, error);
    buffer_release(&body);
    return code;
}

static int64_t wait_after(int64_t attempts)
{
    int64_t wait = FIRST_WAIT_MS;
    for (int64_t i = 0; i < attempts && wait < LONGEST_WAIT_MS; i++)
        wait *= 2;
    return wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
}

static enum error_code send(struct session *session, const struct way *way,
                            struct notify_result *result, struct error *error)
{
    const struct notify_settings *const settings = &session->configuration->notify;
    const instant now = session_now(session);
    struct message message = {.id = 0};
    struct error trouble = {.code = ERROR_NONE};
    if (message_waiting(session->store, way->name, session->arena, &message, error))
        return error->code;
    if (message.id == 0)
        return ERROR_NONE;
    const enum error_code failed =
        way == &webhook ? channel_webhook(settings, &message, now, session->log, &trouble)
                        : channel_command(settings, &message, &trouble);
    if (!failed) {
        result->sent++;
        return message_sent(session->store, message.id, error);
    }
    const instant next = now + wait_after(message.attempts);
    log_redact(session->log, trouble.message);
    result->waiting++;
    result->trouble = trouble;
    if (result->next == INSTANT_NONE || next < result->next)
        result->next = next;
    return message_failed(session->store, message.id, text_of(trouble.message), next, error);
}

/* Waiting messages go out first; then what came up since. */
static enum error_code serve(struct session *session, const struct way *way,
                             struct notify_result *result, struct error *error)
{
    const size_t waiting = result->waiting;
    if (send(session, way, result, error))
        return error->code;
    if (result->waiting > waiting)
        return ERROR_NONE;
    return make(session, way, error) ? error->code : send(session, way, result, error);
}

enum error_code notify_people(struct session *session, struct notify_result *result,
                              struct error *error)
{
    const struct notify_settings *const settings = &session->configuration->notify;
    struct run_lock lock = {.descriptor = -1};
    *result = (struct notify_result){.next = INSTANT_NONE, .trouble = {.code = ERROR_NONE}};
    if (text_is_absent(settings->url) && text_is_absent(settings->command))
        return error_set(error, ERROR_CONFIGURATION,
                         "config/tandem.lua: 'notify' is missing: where to send notifications, "
                         "such as notify = { command = \"sendmail ops@example.com\" }");
    if (run_lock_take(store_path(session->store), ".notify", "notify", session_now(session), &lock,
                      error))
        return error->code;
    enum error_code code = ERROR_NONE;
    if (!text_is_absent(settings->url))
        code = serve(session, &webhook, result, error);
    if (!code && !text_is_absent(settings->command))
        code = serve(session, &command, result, error);
    run_lock_release(&lock);
    return code;
}

enum error_code notify_preview(struct session *session, struct text *text, struct error *error)
{
    const struct notify_settings *const settings = &session->configuration->notify;
    const struct way *const way = text_is_absent(settings->url) ? &command : &webhook;
    struct buffer body = BUFFER(DIGEST_MOST);
    struct error undone = {.code = ERROR_NONE};
    struct digest digest;
    *text = TEXT_ABSENT;
    if (collect(session, way, TEXT("preview"), &digest, error))
        return error->code;
    if (digest.count == 0)
        return ERROR_NONE;
    enum error_code code = digest_mail(&digest, &body, error);
    if (!code)
        code = text_copy(session->arena, buffer_text(&body), text, error);
    buffer_release(&body);
    /* not reported: the transaction is rolled back */
    (void)!message_add(session->store, way->name, digest.key, TEXT(""), ERROR_INTERRUPTED, &undone);
    return code;
}
