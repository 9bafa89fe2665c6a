/* Contacts as vCards: which property is which field. */
#include <string.h>

#include "store/objects/objects_layout.h"
#include "store/objects/objects_vcard.h"
#include "store/objects/vcard.h"

enum { MOST_FIELDS = 24 };

/* Parts of a property, in their order; NULL: not kept. `type`: only of a property with this
 * parameter. */
static const struct rule {
    const char *property, *type;
    const char *fields[7];
} rules[] = {
    {"N", NULL, {"lastname", "firstname", NULL, "title"}},
    {"EMAIL", NULL, {"email"}},
    {"TEL", "CELL", {"mobile"}},
    {"TEL", "FAX", {"fax"}},
    {"TEL", NULL, {"phone"}},
    {"ADR", NULL, {NULL, "address2", "address1", "city", "state", "zipcode", "country"}},
    {"ORG", NULL, {"company"}},
    {"TITLE", NULL, {"position"}},
    {"URL", NULL, {"website"}},
    {"BDAY", NULL, {"birthday"}},
};
enum { RULES = sizeof rules / sizeof *rules, PARTS = sizeof rules->fields / sizeof *rules->fields };

enum error_code objects_vcard_check(const struct store_object *object, struct error *error)
{
    return object->schema.is_contact
               ? ERROR_NONE
               : error_set(error, ERROR_USAGE,
                           "vCards hold contacts, not objects of the type '%.*s'",
                           TEXT_PRINT(object->schema.name));
}

/* ---- reading ---- */

static const struct rule *rule_of(const struct vcard_property *property)
{
    for (size_t i = 0; i < RULES; i++) {
        if (strcmp(rules[i].property, property->name) == 0 &&
            (!rules[i].type || strstr(property->parameters.bytes, rules[i].type)))
            return &rules[i];
    }
    return NULL;
}

static void keep(struct objects_card *card, const struct store_object *object, const char *field,
                 struct text value)
{
    if (text_is_empty(value) || card->count == MOST_FIELDS ||
        store_field_of(object, text_of(field)) == SIZE_MAX)
        return;
    for (size_t i = 0; i < card->count; i++) {
        if (text_equal(card->assignments[i].field, text_of(field)))
            return; /* the first one counts: it is the preferred one as a rule */
    }
    card->assignments[card->count++] = (struct object_assignment){
        .field = text_of(field), .value = {.kind = RAW_TEXT, .as.text = value}};
}

/* 19900517 as 1990-05-17; "tel:" and "mailto:" are taken off. */
static enum error_code plain_value(const struct rule *rule, struct text *value, struct arena *arena,
                                   struct error *error)
{
    if (strcmp(rule->property, "TEL") == 0 && text_starts_with(*value, TEXT("tel:")))
        *value = (struct text){value->bytes + 4, value->length - 4};
    if (strcmp(rule->property, "BDAY") != 0 || value->length < 8 || !value->bytes)
        return ERROR_NONE;
    if (value->bytes[4] != '-')
        return text_format(arena, value, error, "%.4s-%.2s-%.2s", value->bytes, value->bytes + 4,
                           value->bytes + 6);
    value->length = value->length > 10 ? 10 : value->length;
    return ERROR_NONE;
}

/* A card that has only a formatted name: its last word is the family's. */
static void split_name(struct objects_card *card, const struct store_object *object,
                       struct text formatted)
{
    const char *const blank =
        formatted.length ? memrchr(formatted.bytes, ' ', formatted.length) : NULL;
    for (size_t i = 0; i < card->count; i++) {
        if (text_equal(card->assignments[i].field, TEXT("lastname")) ||
            text_equal(card->assignments[i].field, TEXT("firstname")))
            return;
    }
    const size_t first = blank ? (size_t)(blank - formatted.bytes) : 0;
    keep(card, object, "firstname", (struct text){formatted.bytes, first});
    keep(card, object, "lastname",
         blank ? (struct text){blank + 1, formatted.length - first - 1} : formatted);
}

static enum error_code take_property(const struct vcard_property *property,
                                     const struct store_object *object, struct arena *arena,
                                     struct objects_card *card, struct error *error)
{
    const struct rule *const rule = rule_of(property);
    enum error_code code = ERROR_NONE;
    for (size_t part = 0; rule && !code && part < PARTS; part++) {
        struct text value = TEXT_ABSENT;
        if (!rule->fields[part])
            continue;
        /* A value with only one part may have unescaped semicolons. */
        code = vcard_component(property->value, part, arena, &value, error);
        if (!code)
            code = plain_value(rule, &value, arena, error);
        if (!code)
            keep(card, object, rule->fields[part], value);
    }
    return code;
}

enum error_code objects_vcard_read(struct vcard_reader *reader, const struct store_object *object,
                                   struct arena *arena, struct objects_card *card, bool *there,
                                   struct error *error)
{
    struct vcard_property property;
    struct text formatted = TEXT_ABSENT;
    bool open = false, more = true;
    enum error_code code = ERROR_NONE;
    *there = false;
    *card = (struct objects_card){.assignments =
                                      ARENA_ARRAY(arena, MOST_FIELDS, struct object_assignment)};
    if (!card->assignments)
        return error_memory(error, "a vCard");
    while (!code && !*there) {
        code = vcard_read(reader, arena, &property, &more, error);
        if (code || !more)
            break;
        if (strcmp(property.name, "BEGIN") == 0)
            open = true;
        else if (open && strcmp(property.name, "END") == 0)
            *there = true;
        else if (open && strcmp(property.name, "FN") == 0)
            code = vcard_component(property.value, 0, arena, &formatted, error);
        else if (open)
            code = take_property(&property, object, arena, card, error);
    }
    if (!code && *there && !text_is_absent(formatted))
        split_name(card, object, formatted);
    return code;
}

/* ---- writing ---- */

static struct text value_of(const struct store_object *object, const struct object_row *row,
                            const char *field, struct arena *arena)
{
    const size_t index = store_field_of(object, text_of(field));
    struct text text = TEXT_ABSENT;
    struct error ignored;
    if (index == SIZE_MAX || row->values[index].kind == VALUE_NULL ||
        value_format(arena, &row->values[index], 0, &text, &ignored))
        return TEXT_ABSENT;
    return text;
}

enum error_code objects_vcard_write(FILE *out, const struct store_object *object,
                                    const struct object_row *row, const char *version,
                                    struct arena *arena, struct error *error)
{
    const struct text first = value_of(object, row, "firstname", arena),
                      last = value_of(object, row, "lastname", arena),
                      mail = value_of(object, row, "email", arena);
    const bool named = first.length + last.length > 0;
    struct text formatted = TEXT("");
    const enum error_code code =
        text_format(arena, &formatted, error, "%.*s%s%.*s", TEXT_PRINT(named ? first : mail),
                    first.length && last.length ? " " : "", TEXT_PRINT(named ? last : TEXT_ABSENT));
    if (code)
        return code;
    if (!formatted.length)
        formatted = row->id;
    fprintf(out, "BEGIN:VCARD\r\nVERSION:%s\r\n", version);
    vcard_write(out, "FN", &formatted, 1);
    for (size_t i = 0; i < RULES; i++) {
        struct text parts[PARTS];
        char name[32];
        size_t count = 0;
        for (size_t part = 0; part < PARTS; part++) {
            parts[part] = rules[i].fields[part]
                              ? value_of(object, row, rules[i].fields[part], arena)
                              : TEXT_ABSENT;
            if (rules[i].fields[part])
                count = part + 1;
        }
        (void)snprintf(name, sizeof name, "%s%s%s", rules[i].property,
                       rules[i].type ? ";TYPE=" : "", rules[i].type ? rules[i].type : "");
        vcard_write(out, name, parts, strcmp(rules[i].property, "N") == 0 ? 5 : count);
    }
    fputs("END:VCARD\r\n", out);
    return ERROR_NONE;
}
