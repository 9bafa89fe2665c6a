--- The contacts of a JMAP server: the protocol is that of all JMAP types, and lives in the library `jmap`.
local jmap = require "jmap"

return jmap.client {
  using = { "urn:ietf:params:jmap:core", "https://cyrusimap.org/ns/jmap/contacts" },
  type = "Contact",
  account = config.account, -- nil: the user's own
}
