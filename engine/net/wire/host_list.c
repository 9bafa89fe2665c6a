/* Entries of the operator, parsed once and compared with each address. */
#include "net/wire/host_list.h"

#include "base/error_number.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    struct entry *next;
    char *host; /* lower case, without "*" for those of a whole domain: ".example.com" */
    bool whole_domain;
    bool literal;
    struct address address;
    uint16_t port; /* 0: that of the scheme */
    bool allow_http;
    bool allow_private;
    bool credentials; /* requests to it carry those of the integration */
};

struct host_list {
    struct entry *first;
};

struct host_list *host_list_new(void)
{
    return calloc(1, sizeof(struct host_list));
}

static void entry_free(struct entry *entry)
{
    free(entry->host);
    free(entry);
}

void host_list_free(struct host_list *list)
{
    if (!list)
        return;
    while (list->first) {
        struct entry *next = list->first->next;
        entry_free(list->first);
        list->first = next;
    }
    free(list);
}

static bool skip_prefix(struct text *text, const char *prefix)
{
    if (!text_starts_with(*text, text_of(prefix)))
        return false;
    text->bytes += strlen(prefix);
    text->length -= strlen(prefix);
    return true;
}

static bool ends_with(const char *text, const char *suffix)
{
    size_t length = strlen(text);
    size_t tail = strlen(suffix);
    return length > tail && strcmp(text + length - tail, suffix) == 0;
}

/* The machine itself: there is no network on which somebody could listen. */
static bool is_loopback(const struct entry *entry)
{
    static const struct in6_addr loopback = {{{[15] = 1}}};
    if (!entry->literal)
        return strcmp(entry->host, "localhost") == 0 || ends_with(entry->host, ".localhost");
    return entry->address.family == AF_INET
               ? ntohl(entry->address.as.v4.s_addr) >> 24 == 127
               : memcmp(&entry->address.as.v6, &loopback, sizeof(loopback)) == 0;
}

/* Names that do not exist in public DNS, so an entry with one means an address in the operator's
 * own network. */
static bool is_private_name(const struct entry *entry)
{
    static const char *const suffixes[] = {".localhost", ".internal", ".local", ".lan",
                                           ".home.arpa"};
    if (!strchr(entry->host, '.'))
        return true;
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        if (ends_with(entry->host, suffixes[i]))
            return true;
    return false;
}

/* "*." before at least two labels, because nobody owns all of ".com". */
static bool read_wildcard(struct entry *entry, struct text *host)
{
    if (!skip_prefix(host, "*."))
        return true;
    entry->whole_domain = true;
    return memchr(host->bytes, '.', host->length) != NULL;
}

static enum error_code mistake(struct error *error, struct text written, const char *why)
{
    return error_set(error, ERROR_CONFIGURATION,
                     "the allowed host '%.*s' %s: write it like 'api.example.com', "
                     "'*.example.com' or '127.0.0.1:8080'",
                     TEXT_PRINT(written), why);
}

/* Reads host and port by the parser that reads the URLs of requests. */
static enum error_code read_host(struct entry *entry, struct text host, struct text written,
                                 struct error *error)
{
    struct url url = {0};
    struct buffer address = BUFFER(URL_MAX_LENGTH);
    enum error_code code = buffer_append_format(&address, error, "https://%.*s/", TEXT_PRINT(host));
    if (!code) {
        code = memchr(host.bytes, '/', host.length) ? ERROR_REFUSED
                                                    : url_parse(buffer_text(&address), &url, error);
    }
    buffer_release(&address);
    if (code)
        return code == ERROR_REFUSED ? mistake(error, written, "is no host") : code;
    const bool has_port =
        host.bytes[host.length - 1] != ']' && memrchr(host.bytes, ':', host.length);
    entry->host = url.host; /* taken */
    entry->literal = url.literal;
    entry->address = url.address;
    entry->port = has_port ? url.port : 0;
    url.host = NULL;
    url_release(&url);
    return entry->whole_domain && entry->literal ? mistake(error, written, "is no domain")
                                                 : ERROR_NONE;
}

static enum error_code read_entry(struct entry *entry, struct text written, struct error *error)
{
    struct text host = text_trim(written);
    entry->allow_private = skip_prefix(&host, "private:");
    entry->allow_http = skip_prefix(&host, "http://");
    if (!entry->allow_http)
        (void)skip_prefix(&host, "https://");
    if (text_is_empty(host))
        return mistake(error, written, "is empty");
    if (!read_wildcard(entry, &host))
        return mistake(error, written, "covers a whole top-level domain");
    if (read_host(entry, host, written, error))
        return error->code;
    if (entry->literal && address_kind(&entry->address) == ADDRESS_FORBIDDEN) {
        return mistake(error, written,
                       "is an address that no server can have (link-local, multicast, reserved "
                       "or IPv4 inside IPv6)");
    }
    entry->allow_private |= entry->literal || is_private_name(entry);
    entry->allow_http |= !entry->whole_domain && is_loopback(entry);
    return ERROR_NONE;
}

enum error_code host_list_add(struct host_list *list, struct text written, bool credentials,
                              struct error *error)
{
    struct entry **last = &list->first;
    struct entry *const entry = calloc(1, sizeof(*entry));
    if (!entry)
        return error_memory(error, "an allowed host");
    entry->credentials = credentials;
    if (read_entry(entry, written, error)) {
        entry_free(entry);
        return error->code;
    }
    while (*last)
        last = &(*last)->next;
    *last = entry;
    return ERROR_NONE;
}

enum error_code host_list_add_url(struct host_list *list, struct text url_text, struct error *error)
{
    struct url url = {0};
    struct buffer entry = BUFFER(URL_MAX_LENGTH);
    enum error_code code = url_parse(url_text, &url, error);

    if (code == ERROR_REFUSED)
        code = error->code = ERROR_CONFIGURATION;
    if (!code)
        code = buffer_append_format(&entry, error, "%s://%s:%u", url.secure ? "https" : "http",
                                    url.host, (unsigned)url.port);
    if (!code)
        code = host_list_add(list, buffer_text(&entry), false, error);
    buffer_release(&entry);
    url_release(&url);
    return code;
}

static bool host_matches(const struct entry *entry, const struct url *url)
{
    if (entry->literal || url->literal)
        return entry->literal && url->literal && address_equal(&entry->address, &url->address);
    if (!entry->whole_domain)
        return strcmp(entry->host, url->host) == 0;
    const size_t length = strlen(url->host), tail = strlen(entry->host);
    return length > tail + 1 && url->host[length - tail - 1] == '.' &&
           ends_with(url->host, entry->host);
}

static bool port_matches(const struct entry *entry, const struct url *url)
{
    return url->port == (entry->port != 0 ? entry->port : url->secure ? 443 : 80);
}

bool host_list_takes_credentials(const struct host_list *list, const struct url *url)
{
    for (const struct entry *entry = list->first; entry; entry = entry->next)
        if (entry->credentials && host_matches(entry, url) && port_matches(entry, url) &&
            (url->secure || entry->allow_http))
            return true;
    return false;
}

enum error_code host_list_check(const struct host_list *list, const struct url *url,
                                bool *allow_private, struct error *error)
{
    bool host_known = false;
    bool insecure = false;
    bool allowed = false;
    bool private_too = false;
    *allow_private = false;
    for (const struct entry *entry = list->first; entry; entry = entry->next) {
        if (!host_matches(entry, url))
            continue;
        host_known = true;
        /* That of any entry for this host: base_url has no way to say it. */
        private_too |= entry->allow_private;
        if (!port_matches(entry, url))
            continue;
        insecure |= !url->secure && !entry->allow_http;
        allowed |= url->secure || entry->allow_http;
    }
    if (allowed) {
        *allow_private = private_too;
        return ERROR_NONE;
    }
    if (insecure) {
        return error_numbered(error, ERROR_NUMBER_HOST, ERROR_REFUSED,
                              "plain http to '%s' is not allowed: use https, or write 'http://%s' "
                              "in the configuration",
                              url->host, url->host);
    }
    return error_numbered(error, ERROR_NUMBER_HOST, ERROR_REFUSED,
                          "requests to '%s:%u' are not allowed: %s 'hosts' of the configuration",
                          url->host, (unsigned)url->port,
                          host_known ? "add this port to" : "add it to");
}
