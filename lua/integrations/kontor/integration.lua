--- Kontor, an awkward API (tests/servers/kontor): an example of the difficulties that authors meet.
return {
  name = "kontor",
  display_name = "Kontor",
  version = "1.0.0",
  api = 1,
  objects = {
    { name = "firms", internal = "company" },
    { name = "people", internal = "contact" },
  },
}
