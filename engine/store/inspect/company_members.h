/*
 * company_members: contacts that carry the name of their company, which follows it when it is
 * renamed (the trigger company_name_follows).
 */
#ifndef TANDEM_STORE_INSPECT_COMPANY_MEMBERS_H
#define TANDEM_STORE_INSPECT_COMPANY_MEMBERS_H

#include "store/schema/store.h"

struct company_member {
    struct text id;      /* of the contact */
    struct text company; /* what the contact has as the name */
};

/* Those whose name of this company would follow a new one, by id. In the arena. */
WARN_UNUSED enum error_code company_members_list(struct store *store, struct text company,
                                                 struct arena *arena,
                                                 struct company_member **members, size_t *count,
                                                 struct error *error);
/* What a contact has as the name of its company now; absent: nothing, or no such contact. */
WARN_UNUSED enum error_code company_members_name(struct store *store, struct text contact,
                                                 struct arena *arena, struct text *name,
                                                 struct error *error);

#endif
