--- hello.world: citizens are contacts, worlds are companies, and tourists are contacts who may
-- become citizens one day.
return {
  name = "helloworld",
  display_name = "Hello World",
  version = "1.0.0",
  api = 1,
  idempotent_creates = true, -- a create that comes again with its key makes nothing twice
  objects = { -- in the order in which they sync: worlds before the citizens who live there
    { name = "world", internal = "company" },
    { name = "citizen", internal = "contact" },
    { name = "tourist", internal = "contact" },
  },
}
