/*
 * An integration's configuration from any text.
 *
 * Promises: it is read, or refused with a sentence that names the file.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "script/configuration/configuration.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const struct text source = {(const char *)bytes, length};
    struct integration_configuration *configuration = NULL;
    struct error error = {0};
    const enum error_code code = configuration_integration_read(
        &(struct configuration_source){source, NULL, "fuzz.lua", "fuzz"}, NULL, NULL,
        &configuration, &error);
    if (code && (configuration || !strstr(error.message, "fuzz.lua")))
        abort();
    configuration_integration_free(configuration);
    return 0;
}
