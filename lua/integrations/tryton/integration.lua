--- The party module of Tryton. All parties are one model there: those in one category (configuration:
-- organisation_category) are organisations, all others persons.
return {
  name = "tryton",
  display_name = "Tryton parties",
  version = "1.0.0",
  api = 1,
  objects = { -- organisations before the persons who work there
    { name = "organisation", internal = "company" },
    { name = "person", internal = "contact" },
  },
}
