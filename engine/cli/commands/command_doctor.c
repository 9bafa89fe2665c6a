/* tandem doctor: everything that could be wrong with a home, and what to do. */
#include <stdio.h>

#include "cli/commands/commands.h"
#include "cli/commands/doctor_checks.h"
#include "cli/show/output.h"

static const struct {
    const char *part;
    void (*look)(struct doctor *doctor);
    bool store; /* needs it open */
} parts[] = {
    {"machine", doctor_machine, false},
    {"files", doctor_files, false},
    {"configuration", doctor_configuration, false},
    {"store", doctor_store, true},
    {"scripts", doctor_scripts, true},
    {"runs", doctor_runs, true},
};

/* Every part runs, whatever the others found; a store that cannot be opened is a finding, too. */
static void look_at_all(struct doctor *doctor, struct session *session)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct error trouble;
        doctor->part = parts[i].part;
        if (parts[i].store && !doctor->session) {
            if (session_open_existing(doctor->options, session, &trouble)) {
                doctor->unseen = sizeof parts / sizeof *parts - i;
                /* A mistake in config/tandem.lua has already been reported. */
                if (trouble.code != ERROR_CONFIGURATION || !json_array_size(doctor->findings))
                    doctor_trouble(doctor,
                                   "correct what is reported above, or make a home with "
                                   "'tandem init'",
                                   &trouble);
                return;
            }
            doctor->session = session;
        }
        parts[i].look(doctor);
    }
}

static void print_text(const struct doctor *doctor, bool quiet)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t index = 0, found = 0;
        const json_t *finding = NULL;
        json_array_foreach(doctor->findings, index, finding)
        {
            if (strcmp(json_string_value(json_object_get(finding, "part")), parts[i].part) != 0)
                continue;
            output_line("%s: %s", parts[i].part,
                        json_string_value(json_object_get(finding, "found")));
            output_line("    -> %s", json_string_value(json_object_get(finding, "advice")));
            found++;
        }
        if (!found && !quiet)
            printf("%s: %s\n", parts[i].part,
                   i + doctor->unseen < sizeof parts / sizeof *parts
                       ? "fine"
                       : "not checked, because the store cannot be opened");
    }
}

static enum error_code run_doctor(const struct invocation *invocation, struct error *error)
{
    struct doctor doctor = {.options = &invocation->options};
    if (home_open(invocation->options.home, &doctor.home, error))
        return error->code;
    doctor.findings = json_array();
    doctor.scripts = json_array();
    look_at_all(&doctor, invocation->session);
    json_decref(doctor.scripts);
    if (json_array_size(doctor.findings))
        *invocation->exit_code = EXIT_NEEDS_ATTENTION;
    if (invocation_has(invocation, "json"))
        return output_json(doctor.findings, error);
    print_text(&doctor, invocation->options.quiet);
    json_decref(doctor.findings);
    return ERROR_NONE;
}

static const struct option options[] = {
    FLAG("json", "print a JSON array of what was found"),
    {.name = NULL},
};

const struct command command_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = "check everything that could be wrong with a home, and say what to do",
    .details =
        "Checks the machine (libraries, certificates, clock, disk space), the files of the "
        "home, configuration and variables, scripts and mappings ('tandem check --offline'), "
        "the store, the last runs and what needs a person. Nothing is sent; 'tandem check' "
        "tests whether the other systems answer. Exit code 4 if something was found.",
    .examples = "  tandem doctor\n  tandem doctor --json",
    .options = options,
    .run = run_doctor,
};
