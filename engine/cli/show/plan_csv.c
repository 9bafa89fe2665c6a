/* The lines of a plan's CSV. */
#include "cli/show/plan_csv.h"

#include <errno.h>
#include <string.h>

#include "store/objects/csv.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

struct plan_pair plan_pair_of(const struct plan_change *change)
{
    const bool here = change->receiver == SIDE_INTERNAL;
    const struct text id = text_is_absent(change->id) ? change->expected_id : change->id;
    return (struct plan_pair){
        .object = here ? change->object : change->from_object,
        .id = here ? id : change->from_id,
        .integration_object = here ? change->from_object : change->object,
        .integration_id = here ? change->from_id : change->id,
    };
}

static enum error_code failed(const struct plan_csv *csv, struct error *error)
{
    return error_set(error, ERROR_SYSTEM, "cannot write '%s': %s", csv->path, strerror(errno));
}

enum error_code plan_csv_open(struct plan_csv *csv, const char *path, const char *heading,
                              struct error *error)
{
    *csv = (struct plan_csv){.path = path};
    if (!path)
        return ERROR_NONE;
    csv->file = fopen(path, "we");
    if (!csv->file || fputs(heading, csv->file) == EOF)
        return failed(csv, error);
    return ERROR_NONE;
}

enum error_code plan_csv_close(struct plan_csv *csv, enum error_code code, struct error *error)
{
    const bool lost = csv->file && fclose(csv->file) != 0;
    csv->file = NULL;
    return lost && !code ? failed(csv, error) : code;
}

enum error_code plan_csv_line(struct plan_csv *csv, const struct text *cells, size_t count,
                              struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (csv_write(csv->file, cells[i], i == 0, error))
            return error->code;
    }
    return fputc('\n', csv->file) == EOF ? failed(csv, error) : ERROR_NONE;
}

enum error_code plan_csv_pair(struct plan_csv *csv, const char *kind, const struct plan_pair *pair,
                              struct error *error)
{
    const struct text cells[] = {text_of(kind), pair->object, pair->id, pair->integration_object,
                                 pair->integration_id};
    return csv->file ? plan_csv_line(csv, cells, COUNT_OF(cells), error) : ERROR_NONE;
}
