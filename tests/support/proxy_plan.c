/* proxy_plan: counting steps and breaking those that are to break. */
#include "support/proxy_plan.h"

static const char *const step_names[] = {
#define X(constant, name) [constant] = name,
    PROXY_STEPS(X)
#undef X
};

const char *proxy_step_name(enum proxy_step step)
{
    return (unsigned)step < PROXY_STEP_COUNT ? step_names[step] : "unknown";
}

/* The fault planned for the call of this kind that was counted last; NULL: none. */
static const struct proxy_fault *fault_of(const struct proxy_plan *plan, enum proxy_step step,
                                          bool afterwards)
{
    for (size_t i = 0; i < plan->fault_count; i++) {
        const struct proxy_fault *fault = &plan->faults[i];
        if (fault->step == step && fault->afterwards == afterwards &&
            (fault->number == 0 || fault->number == plan->counts[step]))
            return fault;
    }
    return NULL;
}

static enum error_code fail(const struct proxy_plan *plan, enum proxy_step step,
                            enum error_code code, struct error *error)
{
    log_write(plan->log, LOG_DEBUG, "proxy", "%s %llu fails as planned", proxy_step_name(step),
              (unsigned long long)plan->counts[step]);
    return error_set(error, code, "'%s' number %llu fails as planned, remove the fault",
                     proxy_step_name(step), (unsigned long long)plan->counts[step]);
}

enum error_code proxy_plan_enter(struct proxy_plan *plan, enum proxy_step step, struct error *error)
{
    const struct proxy_fault *fault = NULL;

    plan->steps++;
    plan->counts[step]++;
    if (plan->stepped)
        plan->stepped(plan->context, step, plan->steps);
    if (plan->fail_at == plan->steps)
        return fail(plan, step, ERROR_SYSTEM, error);
    fault = fault_of(plan, step, false);
    return fault ? fail(plan, step, fault->code, error) : ERROR_NONE;
}

enum error_code proxy_plan_leave(struct proxy_plan *plan, enum proxy_step step,
                                 enum error_code code, struct error *error)
{
    const struct proxy_fault *fault = code ? NULL : fault_of(plan, step, true);

    return fault ? fail(plan, step, fault->code, error) : code;
}
