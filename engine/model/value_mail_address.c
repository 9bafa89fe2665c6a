/*
 * value_mail_address: when two e-mail addresses are one.
 *
 * An internationalized domain has two spellings, of which mail uses the ASCII one; libidn2 knows
 * both. An invalid domain is compared as it is. What is around an address is not part of it: the
 * angle brackets and the name of a mail header, the scheme and the query of a link. An apostrophe
 * may come as HTML writes it.
 */
#include "model/value.h"

#include <string.h>
#include <strings.h>

#include <idn2.h>

#include "base/text_entities.h"

/* The ASCII form of a domain; as it is if there is none. */
static enum error_code domain_in_ascii(struct arena *arena, struct text domain, struct text *ascii,
                                       struct error *error)
{
    struct text terminated = TEXT_ABSENT;
    char *found = NULL;
    enum error_code code = text_copy(arena, domain, &terminated, error);

    *ascii = domain;
    if (code || text_is_ascii(domain))
        return code;
    if (idn2_to_ascii_8z(terminated.bytes, &found, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) ==
        IDN2_OK)
        code = text_copy(arena, text_of(found), ascii, error);
    idn2_free(found);
    return code;
}

/* "Ann <ann@example.org>": what is in the brackets, if that may be an address. */
static struct text without_brackets(struct text text)
{
    const char *opening = NULL;
    if (text.length == 0 || text.bytes[text.length - 1] != '>')
        return text;
    opening = memrchr(text.bytes, '<', text.length);
    if (!opening)
        return text;
    const size_t before = (size_t)(opening - text.bytes) + 1;
    const struct text inner = text_trim((struct text){opening + 1, text.length - before - 1});
    return inner.length > 0 && memchr(inner.bytes, '@', inner.length) ? inner : text;
}

/* "mailto:ann@example.org?subject=Hello": the address. */
static struct text without_link(struct text text)
{
    static const char scheme[] = "mailto:";
    const size_t length = sizeof scheme - 1;
    struct text inner = TEXT_ABSENT;
    const char *query = NULL;
    if (text.length <= length || strncasecmp(text.bytes, scheme, length) != 0)
        return text;
    inner = (struct text){text.bytes + length, text.length - length};
    query = memchr(inner.bytes, '?', inner.length);
    if (query)
        inner.length = (size_t)(query - inner.bytes);
    inner = text_trim(inner);
    return inner.length > 0 && memchr(inner.bytes, '@', inner.length) ? inner : text;
}

enum error_code value_mail_address(struct arena *arena, struct text address, struct text *key,
                                   struct error *error)
{
    struct text visible = TEXT_ABSENT, ascii = TEXT_ABSENT, whole = TEXT_ABSENT;

    *key = TEXT_ABSENT;
    if (text_decode_entities(arena, address, &visible, error) ||
        text_visible(arena, visible, &visible, error))
        return error->code;
    visible = without_link(without_brackets(text_trim(visible)));
    const char *at = visible.length > 0 ? memrchr(visible.bytes, '@', visible.length) : NULL;
    if (!at || (text_is_ascii(visible) && visible.bytes[visible.length - 1] != '.'))
        return text_fold(arena, visible, key, error);
    const size_t local = (size_t)(at - visible.bytes) + 1;
    const struct text domain = {visible.bytes + local, visible.length - local};
    if (domain_in_ascii(arena, domain, &ascii, error))
        return error->code;
    if (ascii.length > 1 && ascii.bytes[ascii.length - 1] == '.')
        ascii.length--; /* the root of all domains, which may be written or not */
    if (text_format(arena, &whole, error, "%.*s%.*s", (int)local, visible.bytes, TEXT_PRINT(ascii)))
        return error->code;
    return text_fold(arena, whole, key, error);
}
