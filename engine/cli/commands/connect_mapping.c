/* What of their fields could be mapped: their fields from the API, ours from the store, by name and
 * type. */
#include "cli/commands/connect_steps.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "host/children.h"
#include "host/field_likeness.h"
#include "host/session.h"

/* One of their objects and the lines that its mapping has. */
struct suggesting {
    const struct session *session;
    const struct integration_configuration *configuration;
    json_t *fields; /* as `tandem fields NAME --json` prints them */
    size_t suggested;
};

/* In a process of its own, as it runs the integration's script. */
static enum error_code read_fields(const struct connect *connect, json_t **fields,
                                   struct error *error)
{
    char *const words[] = {(char *)"--home",      (char *)connect->home.path, (char *)"fields",
                           (char *)connect->name, (char *)"--json",           NULL};
    struct child child = {.name = connect->name, .arguments = words};
    bool interrupted = false;
    enum error_code code = children_run(&child, 1, 1, &interrupted, error);
    if (!code && (interrupted || child.exit_code != EXIT_DONE))
        code = error_set(error, ERROR_REFUSED,
                         "the fields of '%s' cannot be read: mend what 'tandem fields %s' says",
                         connect->name, connect->name);
    if (!code) {
        *fields = json_loadb(child.output.data, child.output.length, 0, NULL);
        if (!*fields)
            code =
                error_set(error, ERROR_INTERNAL, "the fields of '%s' are no JSON", connect->name);
    }
    children_release(&child, 1);
    return code;
}

static const struct mapping_object *mapped_object(const struct suggesting *suggesting,
                                                  struct text name)
{
    const struct integration_configuration *const configuration = suggesting->configuration;
    for (size_t i = 0; i < configuration->object_count; i++) {
        if (text_equal(configuration->objects[i].integration_object, name))
            return &configuration->objects[i];
    }
    return NULL;
}

/* Is this field of one side in the mapping of the object? */
static bool is_mapped(const struct mapping_object *object, struct text field, bool theirs)
{
    for (size_t i = 0; object && i < object->field_count; i++) {
        const struct mapping_field *const line = &object->fields[i];
        if (text_equal(theirs ? line->integration_field : line->internal_field, field))
            return true;
    }
    return false;
}

/* Our field that fits best and is not taken; NULL: none is good enough. */
static const struct field_schema *best_of(const struct object_schema *schema,
                                          const struct mapping_object *object,
                                          const struct likeness_field *theirs)
{
    const struct field_schema *best = NULL;
    double most = FIELD_LIKENESS_GOOD;
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field_schema *const field = &schema->fields[i];
        const struct likeness_field ours = {field->name, field->label,
                                            text_of(value_type_name(field->type))};
        const double likeness = field_likeness(theirs, &ours);
        if (likeness <= most || is_mapped(object, field->name, false))
            continue;
        best = field;
        most = likeness;
    }
    return best;
}

static struct text member(const json_t *field, const char *name)
{
    return text_of(json_string_value(json_object_get(field, name)));
}

static void suggest_for(struct suggesting *suggesting, const json_t *field, struct text *last)
{
    const struct likeness_field theirs = {member(field, "name"), member(field, "label"),
                                          member(field, "type")};
    const struct text object_name = member(field, "object");
    const struct mapping_object *const object = mapped_object(suggesting, object_name);
    /* Which of our objects it is: as it is mapped, else the contact that most of them are. */
    const struct text internal = object && !text_is_absent(object->internal_object)
                                     ? object->internal_object
                                     : TEXT("contact");
    const struct object_schema *const schema = store_schema(suggesting->session->store, internal);
    if (!schema || is_mapped(object, theirs.name, true))
        return;
    const struct field_schema *const best = best_of(schema, object, &theirs);
    if (!best)
        return;
    if (!text_equal(*last, object_name))
        printf("  -- in mapping.%.*s\n", TEXT_PRINT(object_name));
    *last = object_name;
    printf("      %.*s = \"%.*s\",\n", TEXT_PRINT(theirs.name), TEXT_PRINT(best->name));
    suggesting->suggested++;
}

static void print_suggestions(struct suggesting *suggesting, const char *file)
{
    struct text last = TEXT_ABSENT;
    size_t i = 0;
    const json_t *field = NULL;
    json_array_foreach(suggesting->fields, i, field) suggest_for(suggesting, field, &last);
    if (suggesting->suggested)
        printf("  %zu more fields fit by name and type; put the lines that you want into %s\n",
               suggesting->suggested, file);
    else
        puts("  nothing else fits by name and type");
}

enum error_code connect_mapping(struct connect *connect, struct error *error)
{
    struct session session;
    struct suggesting suggesting = {.session = &session};
    struct integration_configuration *configuration = NULL;
    enum error_code code = session_open(&connect->invocation->session, &session, error);
    if (!code)
        code = configuration_integration_load_mapping(connect->home.path, connect->name, NULL, NULL,
                                                      &configuration, error);
    if (!code)
        code = read_fields(connect, &suggesting.fields, error);
    if (!code) {
        suggesting.configuration = configuration;
        print_suggestions(&suggesting, connect->file);
    }
    json_decref(suggesting.fields);
    configuration_integration_free(configuration);
    session_close(&session);
    return code;
}
