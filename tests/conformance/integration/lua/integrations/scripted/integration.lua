--- An integration that plays the `side` of a conformance case.
-- Its configuration is { objects = {{ name, internal }, ...}, side = ... }.
return {
  name = "scripted",
  display_name = "Scripted",
  version = "1.0.0",
  api = 1,
  objects = config.objects,
}
