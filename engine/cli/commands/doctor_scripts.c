/* In a process of its own, to which the kernel's restrictions on scripts then apply. */
#include "cli/commands/doctor_checks.h"

#include <stdio.h>
#include <unistd.h>

#include "host/children.h"

static void take_over(struct doctor *doctor, const json_t *texts, const char *advice)
{
    size_t i = 0;
    const json_t *text = NULL;
    json_array_foreach(texts, i, text) doctor_found(doctor, advice, "%s", json_string_value(text));
}

/* Mistakes in its configuration and missing scripts have been reported by then. */
static bool is_checked(struct doctor *doctor, const char *name)
{
    struct integration_configuration *configuration = NULL;
    struct error ignored;
    char scripts[PATH_MAX];
    const bool enabled =
        !configuration_integration_load(doctor->home.path, name, doctor->session->configuration,
                                        NULL, &configuration, &ignored) &&
        configuration->enabled;
    configuration_integration_free(configuration);
    return enabled &&
           !home_path(&doctor->home, scripts, &ignored, "lua/integrations/%s/integration.lua",
                      name) &&
           access(scripts, R_OK) == 0;
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
    struct text *names = NULL;
    struct error ignored; /* reported by the part before */
    size_t count = 0;
    if (configuration_integration_names(doctor->home.path, doctor->session->arena, &names, &count,
                                        &ignored))
        return;
    for (size_t i = 0; i < count; i++) {
        if (is_checked(doctor, names[i].bytes))
            look_at_scripts(doctor, names[i].bytes);
    }
}
