/*
 * CSV and JSON lines into the store; the first byte chooses.
 *
 * Promises: a bad record is refused, a bad file is an ERROR_INVALID or ERROR_USAGE, the store lives
 * on, and what was taken can be exported.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/objects/objects.h"
#include "support/seed.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void demand(bool promise)
{
    if (!promise)
        abort();
}

static struct store *open_store(void)
{
    char folder[] = "/tmp/tandem-fuzz.XXXXXX", path[64];
    struct store_options options = store_options_default();
    struct store *store = NULL;
    struct error error = {0};
    demand(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/db", folder);
    options.create = true;
    demand(!store_open(path, &options, &store, &error));
    return store;
}

static void export(struct store *store, enum objects_format format)
{
    char *text = NULL;
    size_t size = 0;
    struct error error = {0};
    FILE *const out = open_memstream(&text, &size);
    demand(out && !objects_export(store, TEXT("contact"), format, out, &error));
    fclose(out);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct store *store; /* made once: a new one for each input takes too long */
    struct import_result result = {0};
    struct error error = {0};
    if (length < 2)
        return 0;
    if (!store)
        store = open_store();
    const enum objects_format format = bytes[0] == 'j'   ? OBJECTS_JSONL
                                       : bytes[0] == 'v' ? OBJECTS_VCARD
                                                         : OBJECTS_CSV;
    FILE *const in = fmemopen((void *)(uintptr_t)(bytes + 1), length - 1, "r");
    demand(in != NULL);
    const enum error_code code =
        objects_import(store, TEXT("contact"), format, in, NULL, &result, &error);
    fclose(in);
    demand(!code || code == ERROR_INVALID || code == ERROR_USAGE);
    export(store, format);
    demand(!seed_sql(store, "delete from contact", &error));
    return 0;
}
