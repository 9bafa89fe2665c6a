/*
 * script_record: what the store remembers about an integration's script, so that no other command
 * has to execute it.
 *
 * The commands of an integration itself (sync, check, fields ...) load its script and write down
 * its manifest, its version, and what was wrong if it could not be loaded. All other commands read
 * that: whatever a script does while it is loaded, it affects its own commands only.
 */
#ifndef TANDEM_HOST_SCRIPT_RECORD_H
#define TANDEM_HOST_SCRIPT_RECORD_H

#include "host/session.h"
#include "script/integration/script_loader.h"

enum script_record_state {
    SCRIPT_NEVER_LOADED,
    SCRIPT_LOADED,  /* the files are those of `manifest` */
    SCRIPT_CHANGED, /* since it was loaded; nobody has tried the new version yet */
    SCRIPT_BROKEN   /* the files are those that `trouble` is about */
};

struct script_record {
    enum script_record_state state;
    bool known;               /* there is a manifest: of the last version that could be loaded */
    struct manifest manifest; /* with its objects; in the session's arena */
    struct text trouble;      /* why the last one could not; absent: it could */
};

/* What is known of it; looks at the files (names, sizes and times; their bytes if these differ). */
WARN_UNUSED enum error_code script_record_read(struct session *session, struct text name,
                                               struct script_record *record, struct error *error);
/* It was loaded: `manifest` of the version with this hash. Written only if something has changed.
 */
WARN_UNUSED enum error_code script_record_keep(struct session *session, struct text name,
                                               const struct manifest *manifest, const char *sha256,
                                               struct error *error);
/* It could not be loaded. What is known about the previous version stays. */
WARN_UNUSED enum error_code script_record_keep_trouble(struct session *session, struct text name,
                                                       const char *trouble, struct error *error);
/* What people should know about a script that differs from the loaded one, as a sentence in the
 * session's arena; absent if there is nothing to report. */
WARN_UNUSED enum error_code script_record_describe(struct session *session, struct text name,
                                                   const struct script_record *record,
                                                   struct text *sentence, struct error *error);

#endif
