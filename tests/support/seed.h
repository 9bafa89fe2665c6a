/*
 * seed: put books into a store as they are, untracked and unchecked.
 *
 * For tests (conformance, convergence, bench) and for taking over the books of another engine.
 * Integrations must be registered (registry_set). Each call is one transaction, or joins the one
 * opened by objects_begin.
 */
#ifndef TANDEM_STORE_SEED_H
#define TANDEM_STORE_SEED_H

#include "model/matter.h"
#include "store/objects/objects.h"

/* An object with a given id; `identified` INSTANT_NONE: stays anonymous whatever it has. Values
 * must fit their fields. Not tracked. */
WARN_UNUSED enum error_code seed_object(struct store *store, struct text object, struct text id,
                                        instant added, instant modified, instant identified,
                                        const struct object_assignment *assignments, size_t count,
                                        struct error *error);
/* A user's edit as plain SQL would make it: tracked, but not limited in length. What the object has
 * already (decision 1: an empty value for another) is left as it is. An object that is not there is
 * added with this id. */
WARN_UNUSED enum error_code seed_edit(struct store *store, struct text object, struct text id,
                                      const struct object_assignment *assignments, size_t count,
                                      struct error *error);
/* channel: "email"; reason 1 to 3. */
WARN_UNUSED enum error_code seed_do_not_contact(struct store *store, struct text contact,
                                                struct text channel, int reason,
                                                struct error *error);
/* *key (may be NULL) gets the mapping's key. */
WARN_UNUSED enum error_code seed_mapping(struct store *store, struct text integration,
                                         struct text internal_object, struct text internal_id,
                                         struct text integration_object, struct text integration_id,
                                         instant last_sync, bool deleted, int64_t *key,
                                         struct error *error);
/* Key of a stored mapping, for origins; 0 if there is none. */
WARN_UNUSED enum error_code seed_find_mapping(struct store *store, struct text integration,
                                              struct text internal_object,
                                              struct text integration_object,
                                              struct text integration_id, int64_t *key,
                                              struct error *error);
WARN_UNUSED enum error_code seed_field_change(struct store *store, struct text integration,
                                              struct text object, struct text id, struct text field,
                                              instant at, int64_t origin, struct error *error);
WARN_UNUSED enum error_code seed_position(struct store *store, struct text integration,
                                          struct text integration_object, instant at,
                                          struct error *error);
/* The mapping's fingerprint of a field (internal name), of `raw` as the field stores it. */
WARN_UNUSED enum error_code seed_fingerprint(struct store *store, int64_t mapping,
                                             struct text field, const struct raw_value *raw,
                                             struct error *error);
/* The same with the form that they keep (NULL: the same), or with what was sent and is not seen. */
struct seed_agreement {
    int64_t mapping;
    struct text field;
    struct raw_value ours;
    const struct raw_value *theirs; /* NULL: as ours */
    bool unseen;
    instant answered_at;
    struct raw_value before; /* of an unseen field: what theirs was */
};
WARN_UNUSED enum error_code
seed_agreement(struct store *store, const struct seed_agreement *agreement, struct error *error);
/* Something is open at a field of a mapping (a refusal or a tie: at its tracked change).
 * `integration object` counts where there is no mapping: a create that was refused. */
struct seed_matter {
    enum matter_reason reason;
    int64_t mapping; /* 0: of a create */
    struct text integration, integration_object, object, id, field;
    instant first, last;
};
WARN_UNUSED enum error_code seed_matter(struct store *store, const struct seed_matter *matter,
                                        struct error *error);
/* From now on the store refuses every write that sets this field to this very value, as a user's
 * trigger would. */
WARN_UNUSED enum error_code seed_refusal(struct store *store, struct text object, struct text field,
                                         const struct raw_value *raw, struct error *error);
/* A channel for do-not-contact, which gives contacts the pseudo field dnc_<name>; an existing one is
 * no error. */
WARN_UNUSED enum error_code seed_channel(struct store *store, struct text name,
                                         struct error *error);
/* Any SQL, as the sqlite3 shell would run it: triggers act, changes are tracked. */
WARN_UNUSED enum error_code seed_sql(struct store *store, const char *sql, struct error *error);

#endif
