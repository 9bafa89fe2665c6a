--- Pipedrive: organizations and persons, with custom fields by their names.
return {
  name = "pipedrive",
  display_name = "Pipedrive",
  version = "1.0.0",
  api = 1,
  stable_cursors = true, -- the last key of a page, whatever was edited meanwhile
  objects = { -- in the order in which they sync: organizations before the persons who work there
    { name = "organizations", internal = "company" },
    { name = "persons", internal = "contact" },
  },
}
