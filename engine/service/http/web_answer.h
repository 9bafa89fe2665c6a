/*
 * web_answer: building the answer to a request.
 */
#ifndef TANDEM_SERVICE_HTTP_WEB_ANSWER_H
#define TANDEM_SERVICE_HTTP_WEB_ANSWER_H

#include "service/http/web_request.h"

/* `name` is static; the value is copied. Out of memory or too many: it is left out. */
void web_answer_header(struct web_request *request, const char *name, struct text value);
void web_answer_empty(struct web_request *request, unsigned status);
/* `content_type` is static, the body lives in the arena or is static. */
void web_answer_body(struct web_request *request, unsigned status, const char *content_type,
                     struct text body);
/* Takes `json`; NULL (out of memory while it was made) is an error. */
WARN_UNUSED enum error_code web_answer_json(struct web_request *request, unsigned status,
                                            json_t *json, struct error *error);
void web_answer_stream(struct web_request *request, const char *content_type,
                       const struct web_answer_stream *stream);
/* RFC 9457: an error for programs (`code`, static) and people. `actual` below 0: none. */
void web_answer_problem(struct web_request *request, unsigned status, const char *code,
                        const char *title, const char *detail, int64_t actual);
/* The same of an error of the engine, with its number. */
void web_answer_error(struct web_request *request, unsigned status, const char *code,
                      const char *title, const struct error *trouble);

#endif
