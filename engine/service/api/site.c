/* Files of the dashboard, built in or of a folder; the page that needs no dashboard. */
#include "service/api/site.h"

#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "service/web/web_file.h"
#include "store/service/overview.h"

enum { FILE_MOST = 8 << 20, PAGE_MOST_BYTES = 1 << 20 };

/* ---- health ---- */

bool site_is_health(struct text path)
{
    return text_equal(path, TEXT("/livez")) || text_equal(path, TEXT("/readyz"));
}

void site_health(struct api *api, struct api_worker *worker, struct web_request *request)
{
    struct error error = {.code = ERROR_NONE};
    bool ending = false;
    if (text_equal(request->path, TEXT("/livez"))) {
        web_answer_body(request, 200, "text/plain", TEXT("ok\n"));
        return;
    }
    pthread_mutex_lock(&api->service->lock);
    ending = api->service->ending;
    pthread_mutex_unlock(&api->service->lock);
    if (api_worker_open(api, worker, &error))
        web_answer_body(request, 503, "text/plain", TEXT("not ready: the store cannot be read\n"));
    else if (ending)
        web_answer_body(request, 503, "text/plain", TEXT("not ready: the service is ending\n"));
    else
        web_answer_body(request, 200, "text/plain", TEXT("ok\n"));
}

/* ---- the plain page ---- */

static enum error_code append_html(struct buffer *page, struct text text, struct error *error)
{
    enum error_code code = ERROR_NONE;
    for (size_t i = 0; !code && i < text.length; i++) {
        const char byte = text.bytes[i];
        const char *const coded = byte == '&'   ? "&amp;"
                                  : byte == '<' ? "&lt;"
                                  : byte == '>' ? "&gt;"
                                  : byte == '"' ? "&quot;"
                                                : NULL;
        code = coded ? buffer_append(page, coded, strlen(coded), error)
                     : buffer_append(page, &byte, 1, error);
    }
    return code;
}

static enum error_code append_row(struct buffer *page, const struct overview_row *row,
                                  struct error *error)
{
    char last[INSTANT_TEXT_SIZE], good[INSTANT_TEXT_SIZE];
    if (buffer_append_format(page, error, "<tr><th scope=\"row\">") ||
        append_html(page, row->integration, error) ||
        buffer_append_format(page, error, "</th><td>") ||
        append_html(page, text_is_absent(row->last_status) ? TEXT("never") : row->last_status,
                    error) ||
        buffer_append_format(page, error,
                             "</td><td>%s</td><td>%s</td><td>%lld</td><td>%lld</td></tr>\n",
                             instant_format_human(row->last_started, last),
                             instant_format_human(row->last_success, good), (long long)row->waiting,
                             (long long)row->open))
        return error->code;
    return ERROR_NONE;
}

static enum error_code write_status(struct store *store, struct web_request *request,
                                    struct buffer *page, struct error *error)
{
    struct overview_row *rows = NULL;
    size_t count = 0;
    if (overview_read(store, TEXT_ABSENT, request->arena, &rows, &count, error) ||
        buffer_append_format(
            page, error,
            "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Tandem</title>\n"
            "<h1>Tandem</h1>\n<p>Version " TANDEM_VERSION ", %zu integrations</p>\n<table>\n"
            "<caption>Integrations (times are UTC)</caption>\n<tr><th scope=\"col\">name</th>"
            "<th scope=\"col\">last run</th><th scope=\"col\">began</th>"
            "<th scope=\"col\">last success</th><th scope=\"col\">changes that wait</th>"
            "<th scope=\"col\">open matters</th></tr>\n",
            count))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        if (append_row(page, &rows[i], error))
            return error->code;
    }
    return buffer_append_format(page, error, "</table></html>\n");
}

static void answer_status(struct store *store, struct web_request *request)
{
    struct buffer page = BUFFER(PAGE_MOST_BYTES);
    struct error error = {.code = ERROR_NONE};
    struct text body = TEXT_ABSENT;
    if (write_status(store, request, &page, &error) ||
        text_copy(request->arena, buffer_text(&page), &body, &error))
        web_answer_error(request, 503, &error);
    else
        web_answer_body(request, 200, "text/html; charset=utf-8", body);
    buffer_release(&page);
}

/* ---- files ---- */

static const char *type_of(const char *path)
{
    static const char *const types[][2] = {{".html", "text/html; charset=utf-8"},
                                           {".js", "text/javascript; charset=utf-8"},
                                           {".css", "text/css; charset=utf-8"},
                                           {".svg", "image/svg+xml"},
                                           {".json", "application/json"},
                                           {".png", "image/png"},
                                           {".ico", "image/x-icon"},
                                           {".txt", "text/plain; charset=utf-8"}};
    const char *const dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++) {
        if (strcmp(dot, types[i][0]) == 0)
            return types[i][1];
    }
    return "application/octet-stream";
}

/* Only plain names: nothing outside the folder can be named. */
static bool is_plain(struct text path)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";
    return path.bytes[0] == '/' && strspn(path.bytes, plain) == path.length &&
           !strstr(path.bytes, "/.") && !strstr(path.bytes, "..");
}

static bool answer_built_in(struct web_request *request, const char *path)
{
    const struct web_file *const file = web_file_find(text_of(path + 1));
    if (!file)
        return false;
    web_answer_header(request, "Content-Encoding", TEXT("gzip"));
    web_answer_body(request, 200, file->type,
                    (struct text){(const char *)file->bytes, file->length});
    return true;
}

static bool answer_of_folder(struct web_request *request, const char *folder, const char *path)
{
    char name[4096];
    snprintf(name, sizeof name, "%s%s", folder, path);
    FILE *const file = fopen(name, "rbe");
    char *const bytes = file ? arena_alloc(request->arena, FILE_MOST) : NULL;
    const size_t length = bytes ? fread(bytes, 1, FILE_MOST, file) : 0;
    const bool fine = bytes && !ferror(file) && length > 0 && length < FILE_MOST;
    if (file)
        fclose(file);
    if (fine)
        web_answer_body(request, 200, type_of(path), (struct text){bytes, length});
    return fine;
}

static bool answer_file(const struct api *api, struct web_request *request, const char *path)
{
    return api->web ? answer_of_folder(request, api->web, path) : answer_built_in(request, path);
}

/* Addresses of the dashboard's pages have no dot: all of them get its single document. */
static void serve_file(const struct api *api, struct web_request *request)
{
    const struct text path = request->path;
    const char *const last = strrchr(path.bytes, '/');
    const bool is_page = is_plain(path) && (!last || !strchr(last, '.'));
    web_answer_header(request, "Cache-Control", TEXT("no-cache"));
    if (is_plain(path) && answer_file(api, request, is_page ? "/index.html" : path.bytes))
        return;
    if (is_page && text_equal(path, TEXT("/"))) {
        web_answer_body(request, 200, "text/html; charset=utf-8",
                        TEXT("<!doctype html>\n<html lang=\"en\"><meta "
                             "charset=\"utf-8\"><title>Tandem</title>\n<h1>Tandem</h1>\n<p>This "
                             "build has no dashboard. <a href=\"/status\">A plain page</a> and "
                             "the API at /api/v1 need a login: see <code>tandem "
                             "token</code>.</p></html>\n"));
        return;
    }
    web_answer_problem(request, 404, "there is no such page");
}

void site_serve(struct api *api, size_t thread, struct web_request *request)
{
    struct api_worker *const worker = &api->workers[thread];
    const bool metrics = text_equal(request->path, TEXT("/metrics")),
               status = text_equal(request->path, TEXT("/status"));
    struct error error = {.code = ERROR_NONE};
    struct access_caller caller;
    if (!web_request_reads(request)) {
        web_answer_problem(request, 405, "only paths below /api/v1 accept other methods than GET");
        return;
    }
    if (!metrics && !status) {
        serve_file(api, request);
        return;
    }
    if (api_worker_open(api, worker, &error)) {
        web_answer_error(request, 503, &error);
        return;
    }
    if (!gate_admit(&api->gate, worker->session.store, request, ACCESS_VIEWER, &caller))
        return;
    if (metrics)
        site_metrics(api->service, &worker->session, request);
    else
        answer_status(worker->session.store, request);
}
