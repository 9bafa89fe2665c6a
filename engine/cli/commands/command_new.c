/* tandem new: an integration that passes its specs at once, to be changed into the real one. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/commands/commands.h"
#include "host/home.h"
#include "cli/line/options.h"
#include "cli/show/output.h"
#include "cli/line/template.h"

enum { MOST_OBJECTS = 16, MOST_VALUES = 24 };

struct object_choice {
    struct text name;
    const char *kind; /* "contact" or "company" */
};

/* The options, and the values for the templates. */
struct scaffold {
    const char *name, *auth, *pagination, *webhooks; /* webhooks: NULL: none */
    struct home home;
    char data[PATH_MAX]; /* the folder of the templates */
    struct arena *arena;
    struct object_choice objects[MOST_OBJECTS];
    size_t object_count;
    struct template_value values[MOST_VALUES];
    size_t value_count;
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- what was asked for ---- */

/* The value of an option that has choices, which is one of them. */
static enum error_code choose(const struct invocation *invocation, const char *option,
                              const char **chosen, struct error *error)
{
    const char *const word = invocation_value(invocation, option);
    const struct option *known = invocation->command->options;
    char list[256] = "";
    size_t used = 0;
    if (!word)
        return ERROR_NONE;
    *chosen = word;
    while (strcmp(known->name, option) != 0)
        known++;
    for (const char *rest = known->choices; *rest; rest += *rest == '|') {
        const int length = (int)strcspn(rest, "|");
        if (text_equal(text_of(word), (struct text){rest, (size_t)length}))
            return ERROR_NONE;
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%.*s", used ? ", " : "",
                                 length, rest);
        rest += length;
    }
    return error_set(error, ERROR_USAGE, "option '--%s' is '%s', which is none of %s", option, word,
                     list);
}

/* Names become names of folders, keys of Lua tables and parts of environment variables. */
static bool is_word(struct text text)
{
    static const char *const reserved[] = {"and",   "break", "do",       "else", "elseif", "end",
                                           "false", "for",   "function", "goto", "if",     "in",
                                           "local", "nil",   "not",      "or",   "repeat", "return",
                                           "then",  "true",  "until",    "while"};
    if (!text.length || text.length > 40 || isdigit((unsigned char)text.bytes[0]))
        return false;
    for (size_t i = 0; i < text.length; i++) {
        const unsigned char byte = (unsigned char)text.bytes[i];
        if (byte != '_' && (byte >= 0x80 || !isalnum(byte)))
            return false;
    }
    for (size_t i = 0; i < COUNT(reserved); i++) {
        if (text_equal(text, text_of(reserved[i])))
            return false;
    }
    return true;
}

static enum error_code read_object(struct scaffold *scaffold, struct text told, struct error *error)
{
    const char *const equals = memchr(told.bytes, '=', told.length);
    const struct text name = {told.bytes, equals ? (size_t)(equals - told.bytes) : told.length};
    const struct text kind =
        equals ? (struct text){equals + 1, told.length - name.length - 1} : TEXT("contact");
    if (!is_word(name))
        return error_set(error, ERROR_USAGE,
                         "option '--objects' names the object '%.*s': letters, digits and '_' only",
                         TEXT_PRINT(name));
    if (!text_equal(kind, TEXT("contact")) && !text_equal(kind, TEXT("company")))
        return error_set(error, ERROR_USAGE,
                         "option '--objects' maps '%.*s' to '%.*s': contact or company, others are "
                         "added by hand",
                         TEXT_PRINT(name), TEXT_PRINT(kind));
    if (scaffold->object_count == MOST_OBJECTS)
        return error_set(error, ERROR_USAGE, "option '--objects' has more than %d objects",
                         (int)MOST_OBJECTS);
    for (size_t i = 0; i < scaffold->object_count; i++) {
        if (text_equal(scaffold->objects[i].name, name))
            return error_set(error, ERROR_USAGE, "option '--objects' names '%.*s' twice",
                             TEXT_PRINT(name));
    }
    scaffold->objects[scaffold->object_count++] = (struct object_choice){
        .name = name,
        .kind = text_equal(kind, TEXT("contact")) ? "contact" : "company",
    };
    return ERROR_NONE;
}

static enum error_code read_objects(struct scaffold *scaffold, const char *list,
                                    struct error *error)
{
    for (;; list++) {
        const size_t length = strcspn(list, ",");
        if (read_object(scaffold, (struct text){list, length}, error))
            return error->code;
        list += length;
        if (!*list)
            return ERROR_NONE;
    }
}

static enum error_code read_command_line(const struct invocation *invocation,
                                         struct scaffold *scaffold, struct error *error)
{
    const char *const objects = invocation_value(invocation, "objects");
    scaffold->name = invocation->arguments[0];
    scaffold->auth = "bearer";
    scaffold->pagination = "cursor";
    if (!is_word(text_of(scaffold->name)))
        return error_set(error, ERROR_USAGE,
                         "'%s' cannot be the name of an integration: letters, digits and '_' only",
                         scaffold->name);
    if (choose(invocation, "auth", &scaffold->auth, error) ||
        choose(invocation, "pagination", &scaffold->pagination, error) ||
        choose(invocation, "webhooks", &scaffold->webhooks, error))
        return error->code;
    return read_objects(scaffold, objects ? objects : "company=company,contact=contact", error);
}

/* ---- filling in ---- */

static void set(struct scaffold *scaffold, const char *key, struct text value)
{
    for (size_t i = 0; i < scaffold->value_count; i++) {
        if (strcmp(scaffold->values[i].key, key) == 0) {
            scaffold->values[i].value = value;
            return;
        }
    }
    scaffold->values[scaffold->value_count++] = (struct template_value){key, value};
}

PRINTF_LIKE(4, 5)
static enum error_code render(struct scaffold *scaffold, struct text *out, struct error *error,
                              const char *format, ...)
{
    char path[PATH_MAX];
    va_list arguments;
    const int head =
        snprintf(path, sizeof path, "%.*s/lua/templates/", PATH_MAX - 100, scaffold->data);
    va_start(arguments, format);
    vsnprintf(path + head, sizeof path - (size_t)head, format, arguments);
    va_end(arguments);
    return template_read(path, scaffold->values, scaffold->value_count, scaffold->arena, out,
                         error);
}

/* One part of the templates for each object, put together under `key`. */
static enum error_code set_for_objects(struct scaffold *scaffold, const char *key, const char *part,
                                       struct error *error)
{
    struct text all = TEXT(""), one = TEXT_ABSENT;
    for (size_t i = 0; i < scaffold->object_count; i++) {
        set(scaffold, "object", scaffold->objects[i].name);
        if (render(scaffold, &one, error, "kind/%s_%s.lua", scaffold->objects[i].kind, part) ||
            text_format(scaffold->arena, &all, error, "%.*s%.*s", TEXT_PRINT(all), TEXT_PRINT(one)))
            return error->code;
    }
    set(scaffold, key, all);
    return ERROR_NONE;
}

static enum error_code set_lists(struct scaffold *scaffold, struct error *error)
{
    struct text objects = TEXT(""), nullable = TEXT("");
    for (size_t i = 0; i < scaffold->object_count; i++) {
        const struct object_choice *const object = &scaffold->objects[i];
        if (text_format(scaffold->arena, &objects, error,
                        "%.*s    { name = \"%.*s\", internal = \"%s\" },\n", TEXT_PRINT(objects),
                        TEXT_PRINT(object->name), object->kind) ||
            text_format(scaffold->arena, &nullable, error, "%.*s%s%.*s = \"phone\"",
                        TEXT_PRINT(nullable), i ? ", " : "", TEXT_PRINT(object->name)))
            return error->code;
    }
    set(scaffold, "objects", objects);
    set(scaffold, "nullable", nullable);
    return ERROR_NONE;
}

/* The specs cover one object: the first. */
static void set_example(struct scaffold *scaffold)
{
    const struct object_choice *const first = &scaffold->objects[0];
    const bool contact = strcmp(first->kind, "contact") == 0;
    set(scaffold, "object", first->name);
    set(scaffold, "object_key", first->name);
    set(scaffold, "kind_field", contact ? TEXT("first_name") : TEXT("name"));
    set(scaffold, "kind_type", TEXT("string"));
    set(scaffold, "kind_value", contact ? TEXT("Kim") : TEXT("Example"));
}

/* The part of the templates that a choice names, under `key`. */
static enum error_code set_part(struct scaffold *scaffold, const char *key, const char *format,
                                const char *choice, struct error *error)
{
    char path[128];
    struct text part = TEXT_ABSENT;
    (void)snprintf(path, sizeof path, format, choice);
    if (render(scaffold, &part, error, "%s", path))
        return error->code;
    set(scaffold, key, part);
    return ERROR_NONE;
}

static enum error_code set_names(struct scaffold *scaffold, struct error *error)
{
    char upper[64];
    struct text copy = TEXT_ABSENT;
    size_t length = 0;
    for (; scaffold->name[length] && length < sizeof upper - 1; length++)
        upper[length] = (char)toupper((unsigned char)scaffold->name[length]);
    if (text_copy(scaffold->arena, (struct text){upper, length}, &copy, error))
        return error->code;
    set(scaffold, "name", text_of(scaffold->name));
    set(scaffold, "NAME", copy);
    return ERROR_NONE;
}

static enum error_code set_values(struct scaffold *scaffold, struct error *error)
{
    const char *const pagination = scaffold->pagination;
    set(scaffold, "webhooks", TEXT(""));
    set(scaffold, "requires", TEXT(""));
    if (strcmp(pagination, "cursor") == 0 || strcmp(pagination, "link") == 0)
        set(scaffold, "requires", TEXT("local values = require \"values\"\n\n"));
    else if (strcmp(pagination, "header") == 0)
        set(scaffold, "requires", TEXT("local pagination = require \"pagination\"\n\n"));
    if (set_names(scaffold, error) ||
        set_part(scaffold, "auth", "auth/%s.lua", scaffold->auth, error) ||
        (scaffold->webhooks &&
         set_part(scaffold, "webhooks", "webhooks/%s.lua", scaffold->webhooks, error)) ||
        set_part(scaffold, "pagination", "pagination/%s.lua", pagination, error) ||
        set_part(scaffold, "world_page", "pagination/%s_world.lua", pagination, error) ||
        set_for_objects(scaffold, "fields", "fields", error) ||
        set_for_objects(scaffold, "mapping", "mapping", error) ||
        set_for_objects(scaffold, "samples", "sample", error) || set_lists(scaffold, error))
        return error->code;
    set_example(scaffold);
    return ERROR_NONE;
}

/* ---- writing ---- */

static enum error_code refuse_if_there(const struct scaffold *scaffold, const char *folder,
                                       const char *extension, struct error *error)
{
    char path[PATH_MAX];
    struct stat status;
    if (home_path(&scaffold->home, path, error, "%s/integrations/%s%s", folder, scaffold->name,
                  extension))
        return error->code;
    if (stat(path, &status) == 0)
        return error_set(
            error, ERROR_USAGE,
            "'%s/integrations/%s%s' exists already; choose another name or remove it first", folder,
            scaffold->name, extension);
    return ERROR_NONE;
}

static enum error_code write_one(struct scaffold *scaffold, const char *template_name,
                                 const char *target, struct error *error)
{
    char path[PATH_MAX];
    struct text text = TEXT_ABSENT;
    if (render(scaffold, &text, error, "%s", template_name) ||
        home_path(&scaffold->home, path, error, "%s", target))
        return error->code;
    return template_write(path, true, text, error);
}

static enum error_code write_all(struct scaffold *scaffold, struct error *error)
{
    static const char *const parts[] = {"integration.lua",
                                        "fields.lua",
                                        "report_builder.lua",
                                        "order_executioner.lua",
                                        "client.lua",
                                        "spec/world.lua",
                                        "spec/mapping_spec.lua",
                                        "spec/contract_spec.lua",
                                        "webhook_reader.lua",
                                        "spec/webhook_spec.lua"};
    const size_t count = scaffold->webhooks ? COUNT(parts) : COUNT(parts) - 2;
    char path[PATH_MAX], target[128];
    if (home_path(&scaffold->home, path, error, "lua/integrations/%s/spec", scaffold->name) ||
        home_make_folder(path, error) ||
        home_path(&scaffold->home, path, error, "config/integrations") ||
        home_make_folder(path, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        snprintf(target, sizeof target, "lua/integrations/%s/%s", scaffold->name, parts[i]);
        if (write_one(scaffold, parts[i], target, error))
            return error->code;
    }
    snprintf(target, sizeof target, "config/integrations/%s.lua", scaffold->name);
    return write_one(scaffold, "configuration.lua", target, error);
}

static void tell_scaffold(const struct scaffold *scaffold)
{
    const char *const name = scaffold->name;
    printf("integration %s: lua/integrations/%s (scripts and specs), config/integrations/%s.lua\n"
           "next:\n"
           "  1. tandem test %s        its specs pass as they are, against the stub in "
           "spec/world.lua\n"
           "  2. put the address and the mapping into config/integrations/%s.lua, and make "
           "client.lua,\n"
           "     fields.lua and spec/world.lua follow the real API, while 'tandem dev %s' runs\n"
           "  3. tandem check %s, then tandem sync %s --first-time-sync\n",
           name, name, name, name, name, name, name, name);
}

static enum error_code carry_out_new(const struct invocation *invocation, struct scaffold *scaffold,
                                     struct error *error)
{
    if (read_command_line(invocation, scaffold, error) ||
        home_open(invocation->options.home, &scaffold->home, error) ||
        home_data_folder(scaffold->data, error) || refuse_if_there(scaffold, "lua", "", error) ||
        refuse_if_there(scaffold, "config", ".lua", error) || set_values(scaffold, error) ||
        write_all(scaffold, error))
        return error->code;
    if (!invocation->options.quiet)
        tell_scaffold(scaffold);
    return output_flush(error);
}

static enum error_code run_new(const struct invocation *invocation, struct error *error)
{
    struct scaffold scaffold = {.arena = arena_new(0)};
    const enum error_code code = scaffold.arena ? carry_out_new(invocation, &scaffold, error)
                                                : error_memory(error, "the templates");
    arena_free(scaffold.arena);
    return code;
}

static const struct option options[] = {
    OPTION("auth", "TYPE",
           "none, basic, bearer (default), api_key, oauth2_client_credentials, oauth2_password, "
           "oauth2_authorization_code, oauth1",
           .choices = "none|basic|bearer|api_key|oauth2_client_credentials|oauth2_password|oauth2_"
                      "authorization_code|oauth1"),
    OPTION("pagination", "KIND",
           "how lists come in pages: cursor (default), page, offset, link (in the body), header "
           "(Link), key (after the last id)",
           .choices = "page|offset|cursor|link|header|key"),
    OPTION("webhooks", "SCHEME",
           "add a reader of webhooks that are signed by hmac_sha256, basic, standard_webhooks or "
           "hubspot_v3 (default: none)",
           .choices = "hmac_sha256|basic|standard_webhooks|hubspot_v3"),
    OPTION("objects", "LIST",
           "theirs=ours, with commas between (default: company=company,contact=contact)"),
    {.name = NULL},
};

const struct command command_new = {
    .name = "new",
    .arguments = "NAME",
    .summary = "write a new integration whose specs pass",
    .details =
        "Writes scripts, configuration and specs for a plain REST API into the home, for you "
        "to adapt to the real one. Existing files are not overwritten.",
    .examples = "  tandem new acme --auth api_key --pagination page --objects person=contact\n"
                "  tandem test acme",
    .options = options,
    .run = run_new,
};
