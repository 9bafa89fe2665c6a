--- The contacts of a JMAP server (Cyrus IMAP and its like).
return {
  name = "jmap",
  display_name = "JMAP contacts",
  version = "1.0.0",
  api = 1,
  objects = {
    { name = "contact", internal = "contact" },
  },
}
