/* The object of ours goes here, the rest is for the next sync. */
#include "host/deletion_resolve.h"

#include "store/objects/objects.h"

enum error_code deletion_resolve(struct store *store, const struct edited_deletion *deletion,
                                 bool restore, struct error *error)
{
    if (restore)
        return edited_deletion_restore(store, deletion, error);
    if (!deletion->here && objects_delete(store, deletion->object, deletion->id, error))
        return error->code;
    return edited_deletion_confirm(store, deletion, error);
}
