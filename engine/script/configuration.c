#include "script/configuration.h"
const struct mapping_field *integration_configuration_field(const struct integration_configuration *c, const struct manual_entry *e, const struct manual_line *l) { (void)c;(void)e;(void)l; return NULL; }
enum error_code integration_configuration_resolve(const struct integration_configuration *c, const struct mapping_field *f, const struct testimony *a, const struct testimony *b, enum verdict *v, struct error *e) { (void)c;(void)f;(void)a;(void)b;(void)v;(void)e; return ERROR_NONE; }
