/* In a process of its own, to which the kernel's restrictions on scripts then apply. */
#include "cli/commands/doctor_checks.h"

#include <stdio.h>

#include "host/children.h"

static void take_over(struct doctor *doctor, const json_t *texts, const char *advice)
{
    size_t i = 0;
    const json_t *text = NULL;
    json_array_foreach(texts, i, text) doctor_found(doctor, advice, "%s", json_string_value(text));
}

static void look_at_scripts(struct doctor *doctor, const char *name)
{
    char *const words[] = {(char *)"--home",
                           doctor->home.path,
                           (char *)"check",
                           (char *)name,
                           (char *)"--offline",
                           (char *)"--json",
                           NULL};
    struct child child = {.name = name, .arguments = words};
    struct error trouble = {.code = ERROR_NONE};
    bool interrupted = false;
    char advice[256];
    json_t *checked = NULL;
    (void)snprintf(advice, sizeof advice, "correct it, then run 'tandem check %s'", name);
    if (children_run(&child, 1, 1, &interrupted, &trouble))
        doctor_trouble(doctor, advice, &trouble);
    else if (child.output.length)
        checked = json_loadb(child.output.data, child.output.length, 0, NULL);
    const json_t *const found = json_array_get(checked, 0);
    take_over(doctor, json_object_get(found, "mistakes"), advice);
    take_over(doctor, json_object_get(found, "warnings"), advice);
    json_decref(checked);
    children_release(&child, 1);
}

void doctor_scripts(struct doctor *doctor)
{
    size_t i = 0;
    const json_t *name = NULL;
    json_array_foreach(doctor->scripts, i, name) look_at_scripts(doctor, json_string_value(name));
}
