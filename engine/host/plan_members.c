/* Contacts that follow the name of their company. */
#include "host/plan_members.h"

static bool is_company(const struct order_change *change)
{
    return text_equal(change->object, TEXT("company")) && !text_is_absent(change->object_id);
}

enum error_code plan_members_before(struct store *store, const struct order *order,
                                    struct plan_members **members, struct error *error)
{
    *members = NULL;
    if (!store)
        return ERROR_NONE;
    struct plan_members *const found =
        ARENA_ARRAY(order->arena, order->change_count, struct plan_members);
    if (!found)
        return error_memory(error, "a plan");
    for (size_t i = 0; i < order->change_count; i++) {
        const struct order_change *const change = order->changes[i];
        found[i] = (struct plan_members){.count = 0};
        if (is_company(change) && company_members_list(store, change->object_id, order->arena,
                                                       &found[i].members, &found[i].count, error))
            return error->code;
    }
    *members = found;
    return ERROR_NONE;
}

/* Did a change of the order itself write the name? Then it has told it. */
static bool was_written(const struct order *order, struct text contact)
{
    for (size_t i = 0; i < order->change_count; i++) {
        const struct order_change *const change = order->changes[i];
        if (!text_equal(change->object, TEXT("contact")) || !text_equal(change->result_id, contact))
            continue;
        for (size_t j = 0; j < change->field_count; j++) {
            const struct text name = change->entry->internal->fields[change->fields[j].field].name;
            if (change->fields[j].written && text_equal(name, TEXT("company")))
                return true;
        }
    }
    return false;
}

static enum error_code tell_member(struct store *store, const struct order_change *change,
                                   const struct company_member *member, struct arena *arena,
                                   plan_tell *tell, void *context, struct error *error)
{
    struct text name = TEXT_ABSENT;
    if (company_members_name(store, member->id, arena, &name, error))
        return error->code;
    if (text_equal(name, member->company))
        return ERROR_NONE;
    const struct value before = value_text(VALUE_TYPE_STRING, member->company);
    const struct value after = value_text(VALUE_TYPE_STRING, name);
    struct plan_field field = {.name = TEXT("company"),
                               .before = &before,
                               .after = &after,
                               .replaces = true,
                               .why = TEXT("its company is renamed")};
    const struct plan_change told = {.receiver = SIDE_INTERNAL,
                                     .action = "update",
                                     .object = TEXT("contact"),
                                     .id = member->id,
                                     .from_object = change->mapped_object,
                                     .from_id = change->mapped_id,
                                     .fields = &field,
                                     .field_count = 1};
    return tell(context, &told, error);
}

enum error_code plan_members_tell(struct store *store, const struct order *order,
                                  const struct plan_members *members, plan_tell *tell,
                                  void *context, struct error *error)
{
    for (size_t i = 0; members && i < order->change_count; i++) {
        for (size_t j = 0; j < members[i].count; j++) {
            const struct company_member *const member = &members[i].members[j];
            if (!was_written(order, member->id) &&
                tell_member(store, order->changes[i], member, order->arena, tell, context, error))
                return error->code;
        }
    }
    return ERROR_NONE;
}
