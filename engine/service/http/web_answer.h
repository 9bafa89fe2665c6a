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
/* RFC 9457: an error for people (`detail`) and programs (a word for each status). */
void web_answer_problem(struct web_request *request, unsigned status, const char *detail);
/* The same of an error of the engine, with its number. */
void web_answer_error(struct web_request *request, unsigned status, const struct error *trouble);
/* 409, with the number that would have been right. */
void web_answer_conflict(struct web_request *request, const char *detail, uint64_t actual);

#endif
