/*
 * migrations: how a file gets its schema: a new one by schema.sql at once, an old one step by step.
 * For store/schema/ only.
 */
#ifndef TANDEM_STORE_SCHEMA_MIGRATIONS_H
#define TANDEM_STORE_SCHEMA_MIGRATIONS_H

/* The text of schema.sql. */
extern const char migrations_fresh[];
/* Those of migrations.sql: the step at N leads from schema N + 1 to N + 2. */
extern const char *const migrations[];
/* The number of the schema that both lead to. */
extern const int migrations_schema;

#endif
