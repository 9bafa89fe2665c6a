/*
 * reader: reading a configuration's tables with the place of every mistake.
 * Internal to script/. All functions may raise; texts are copied into the arena.
 */
#ifndef TANDEM_SCRIPT_CONFIGURATION_READER_H
#define TANDEM_SCRIPT_CONFIGURATION_READER_H

#include "base/error_number.h"
#include "script/configuration/configuration.h"
#include "script/configuration/configuration_environment.h"
#include "script/convert/convert.h"
#include "script/convert/json_convert.h"
#include "script/convert/json_marks.h"
#include "script/sandbox/sandbox_private.h"

/* The Lua state of one file, and what is read from it. */
struct configuration_state {
    struct sandbox *sandbox;
    struct arena *arena;
    struct secrets *environment;       /* what env gave: no message repeats it */
    struct environment_file variables; /* of config/environment */
    bool lenient;                      /* variables that are not set read as their names */
    enum error_number number;          /* of the mistake that was raised; NONE: that of its kind */
};

struct reader {
    lua_State *state;
    struct arena *arena;
    struct log *log;          /* may be NULL */
    const char *path;         /* the file, as messages show it */
    struct text source;       /* its text, set by configuration_state_read */
    const char *home;         /* whose config/environment counts; NULL: none */
    bool lenient;             /* variables that are not set read as their names */
    enum error_number number; /* of the mistake that was raised */
    char key[256];            /* "mapping.citizen.email" */
};

/* Go into a key and back: size_t mark = reader_enter(...); ... reader_leave(reader, mark). */
size_t reader_enter(struct reader *reader, const char *key);
void reader_leave(struct reader *reader, size_t mark);
/* Leave a key whose value was pushed. */
void reader_end(struct reader *reader, size_t mark);
/* "path:line: key" of where the reader is, or as much of it as is known. */
enum { READER_PLACE = 512 };
void reader_place(const struct reader *reader, char place[READER_PLACE]);
/* "path:line: key: message", raised. */
void reader_fail(const struct reader *reader, const char *format, ...) PRINTF_LIKE(2, 3);

/* Push the value at `key` of the table on top; its Lua type. */
int reader_push(const struct reader *reader, const char *key);
/* The value at a key of the table on top, or what is given for nil. */
bool reader_boolean(struct reader *reader, const char *key, bool otherwise);
double reader_number(struct reader *reader, const char *key, double least, double most,
                     double otherwise);
/* What is there already stays for nil. */
void reader_unsigned(struct reader *reader, const char *key, double least, double most,
                     unsigned *value);
void reader_seconds(struct reader *reader, const char *key, double least, double most, int64_t *ms);
struct text reader_text(struct reader *reader, const char *key); /* absent if nil */
struct text reader_copy(const struct reader *reader, struct text text);
/* Which of the NULL-terminated names the text on top is; fails for others. */
int reader_choice(struct reader *reader, const char *const *names);
/* The same for the value at a key; `otherwise` for nil. */
int reader_choice_at(struct reader *reader, const char *key, const char *const *names,
                     int otherwise);
/* Fails for a key of the table on top that configuration_keys.h does not have in this table. */
void reader_keys(struct reader *reader, const char *table);
/* Sorted keys of the table on top (texts only); in the arena. */
struct text *reader_sorted_keys(struct reader *reader, size_t *count);
/* Zeroed, in the arena. */
void *reader_array(struct reader *reader, size_t count, size_t size);

/* Reads the value on top of the stack. */
typedef void reader_part(struct reader *reader, void *out);
/* A key that has a table of its own: `read` gets it on top, with the key entered, unless it is not
 * there. Raises that it must be `expected` ("a table such as ..."; NULL: a table). */
void reader_section(struct reader *reader, const char *key, const char *expected, reader_part *read,
                    void *out);
/* Reads the value on top, which has this name in its table. */
typedef void reader_item(struct reader *reader, struct text name, void *item);
/* The values of the table on top by their names, sorted: an array of items of `size` bytes. */
void *reader_each(struct reader *reader, size_t size, reader_item *read, size_t *count);
/* The list on top; raises that an entry must be `what`. */
struct text *reader_texts(struct reader *reader, const char *what, size_t *count);

/* A new state with nothing but env, in which the text of a file is run, and `read` is called with
 * its table on top; owned, configuration_state_free. Errors become ERROR_CONFIGURATION. */
WARN_UNUSED enum error_code configuration_state_read(struct reader *reader, struct text source,
                                                     reader_part *read, void *out,
                                                     struct configuration_state **state,
                                                     struct error *error);
void configuration_state_free(struct configuration_state *state);
/* Take what came from the environment out of the message. */
void configuration_state_redact(const struct configuration_state *state, struct error *error);

/* Keys that both files have. */
void reader_run_settings(struct reader *reader, struct run_settings *settings);
void reader_limits(struct reader *reader, struct sandbox_limits *limits,
                   struct http_client_options *http);
/* limits.buckets, into a struct http_client_options. */
void reader_buckets(struct reader *reader, void *http);
/* What only `tandem serve` reads; `settings` keeps what it has if the key is not there. */
void reader_schedule(struct reader *reader, struct schedule_settings *settings);
/* Sections of this name, into a struct webhook_settings, service_settings or notify_settings. */
void reader_webhooks(struct reader *reader, void *settings);
void reader_service(struct reader *reader, void *settings);
void reader_notify(struct reader *reader, void *settings);
/* mapping, with the file's table on top. */
void reader_mapping(struct reader *reader, struct integration_configuration *configuration);

#endif
