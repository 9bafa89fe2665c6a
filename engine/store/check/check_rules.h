/*
 * check_rules: what store_check looks for in rows, and in the layout of the file. For store/ only.
 */
#ifndef TANDEM_STORE_CHECK_CHECK_RULES_H
#define TANDEM_STORE_CHECK_CHECK_RULES_H

#include "store/schema/store_layout.h"

/* Rows that are wrong. The statements may use the table existing(object, id), all objects. */
struct check_rule {
    const char *what, *mend, *advice; /* as in struct store_finding */
    const char *find;                 /* table and condition of the rows that are wrong */
    const char *text;                 /* the name of one of them, in SQL; never NULL */
    const char *cure;                 /* the statements that mend them; NULL: none */
};
extern const struct check_rule check_rules[];
extern const size_t check_rule_count;

/* What the layout lacks, by kind. */
enum check_part { PART_COLUMN, PART_INDEX, PART_TRIGGER, PART_COUNT };
struct check_lack {
    enum check_part part;
    struct text name;
    const struct store_object *object; /* columns, and indexes of identifiers; else NULL */
    size_t field;                      /* in object->fields */
    struct text sql;                   /* other indexes: the statement that makes it */
};
/* Columns and indexes that are missing. ERROR_STORE if a whole table is. */
WARN_UNUSED enum error_code check_layout(struct store *store, struct arena *arena,
                                         struct check_lack **lacks, size_t *count,
                                         struct error *error);
/* Make them, as far as what is in the tables allows. */
WARN_UNUSED enum error_code check_restore(struct store *store, const struct check_lack *lacks,
                                          size_t count, uint64_t *made, struct error *error);
/* How many triggers are missing or differ from what they should be (*first: one of them); they are
 * created again. Inside a transaction: a check without mending rolls it back. */
WARN_UNUSED enum error_code check_triggers(struct store *store, struct arena *arena,
                                           uint64_t *count, struct text *first,
                                           struct error *error);

#endif
