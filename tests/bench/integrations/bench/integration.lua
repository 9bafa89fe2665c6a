--- Records made in Lua, without a network: what a sync costs when nobody has to be waited for.
return {
  name = "bench",
  display_name = "Bench",
  version = "1.0.0",
  api = 1,
  objects = { { name = "record", internal = "contact" } },
}
