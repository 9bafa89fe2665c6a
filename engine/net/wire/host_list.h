/*
 * host_list: the hosts to which an operator lets an integration's scripts connect.
 *
 * An entry is `[private:][http://|https://]HOST[:PORT]`. HOST is a name ("api.example.com"), all
 * names below one ("*.example.com", not example.com itself) or an address ("10.0.0.7", "[::1]").
 * Without a port it is that of the scheme. Plain http is allowed only where the entry begins with
 * "http://", or for addresses and names of the machine itself. Private and loopback addresses are
 * connected to only for entries that are one, whose name cannot be public ("localhost", a single
 * word, names below .internal, .local, .lan, .home.arpa), or that begin with "private:"; this
 * counts for all entries of that host, whatever their port, so that it can be added for the host of
 * base_url.
 */
#ifndef TANDEM_NET_WIRE_HOST_LIST_H
#define TANDEM_NET_WIRE_HOST_LIST_H

#include "base/text.h"
#include "net/wire/url.h"

struct host_list; /* opaque */

/* An empty list, which allows nothing. NULL if out of memory. Owned: host_list_free. */
struct host_list *host_list_new(void);
void host_list_free(struct host_list *list); /* accepts NULL */
/* Add one entry; ERROR_CONFIGURATION says what is wrong with it. `credentials`: requests to it
 * carry those of the integration. */
WARN_UNUSED enum error_code host_list_add(struct host_list *list, struct text entry,
                                          bool credentials, struct error *error);
/* Add the host of a URL (base_url, token_url); without credentials. */
WARN_UNUSED enum error_code host_list_add_url(struct host_list *list, struct text url_text,
                                              struct error *error);
/* May a request go to `url`? If not, ERROR_REFUSED says what the operator has to add.
 * *allow_private: may it be connected to a private address? */
WARN_UNUSED enum error_code host_list_check(const struct host_list *list, const struct url *url,
                                            bool *allow_private, struct error *error);
/* Does an entry that `url` matches say that requests to it carry credentials? */
bool host_list_takes_credentials(const struct host_list *list, const struct url *url);

#endif
