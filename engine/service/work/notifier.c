/* One job at a time; it says when a message that could not be sent is to be retried. */
#include "service/work/notifier.h"

static const struct notify_settings *settings_of(const struct service *service)
{
    const struct notify_settings *const settings = &service->roster->configuration->notify;
    return text_is_absent(settings->url) && text_is_absent(settings->command) ? NULL : settings;
}

static bool is_running(const struct service *service)
{
    for (size_t i = 0; i < service->job_count; i++) {
        if (service->jobs[i]->kind == JOB_NOTIFY && !job_is_over(service->jobs[i]))
            return true;
    }
    return false;
}

void notifier_begin(struct notifier *notifier, struct service *service, instant now)
{
    static const char *const words[] = {"notify", "--json", "--quiet", NULL};
    const struct notify_settings *const settings = settings_of(service);
    struct error error = {.code = ERROR_NONE};
    if (!settings || notifier->at > now || is_running(service))
        return;
    notifier->last = now;
    notifier->at = now + settings->every_ms;
    if (service_add_job(service, job_new(JOB_NOTIFY, JOB_SCHEDULE, "", "", NULL, words), &error))
        log_write(service->log, LOG_ERROR, "service", "notify: %s", error.message);
}

void notifier_ended(struct notifier *notifier, const struct service *service, const struct job *job,
                    instant now)
{
    const struct notify_settings *const settings = settings_of(service);
    instant soon = INSTANT_NONE;
    if (!settings)
        return;
    if (job->kind == JOB_NOTIFY) {
        json_t *const result = job_result(job);
        const char *const next = json_string_value(json_object_get(result, "next"));
        if (next && !instant_parse(text_of(next), &soon, NULL))
            soon = INSTANT_NONE;
        json_decref(result);
    } else if (job->kind == JOB_SYNC && job->status != JOB_DONE) {
        soon = notifier->last == INSTANT_NONE ? now : notifier->last + settings->every_ms;
    }
    if (soon != INSTANT_NONE && soon < notifier->at)
        notifier->at = soon;
}

instant notifier_next(const struct notifier *notifier, const struct service *service)
{
    return settings_of(service) && !is_running(service) ? notifier->at : INSTANT_NONE;
}
