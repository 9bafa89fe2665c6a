/* The engine as if no value had a fingerprint (linked with --wrap): what base versions cost is the
 * rest. */
#include "model/value.h"

uint64_t __wrap_value_fingerprint(const struct value *value);

uint64_t __wrap_value_fingerprint(const struct value *value)
{
    (void)value;
    return 0;
}
