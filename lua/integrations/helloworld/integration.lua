--- hello.world: citizens are contacts, worlds are companies, and tourists are contacts who may
-- become citizens one day.
return {
  name = "helloworld",
  display_name = "Hello World",
  version = "1.0.0",
  api = 1,
  objects = { -- in the order in which they sync: worlds before the citizens who live there
    { name = "world", internal = "company" },
    { name = "citizen", internal = "contact" },
    { name = "tourist", internal = "contact" },
  },
}
