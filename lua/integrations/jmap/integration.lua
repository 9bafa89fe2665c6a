--- The contacts of a JMAP server (such as Cyrus IMAP).
return {
  name = "jmap",
  display_name = "JMAP contacts",
  version = "1.0.0",
  api = 1,
  idempotent_creates = true, -- the key of a create is the contact's uid, which is there once
  objects = {
    { name = "contact", internal = "contact" },
  },
}
