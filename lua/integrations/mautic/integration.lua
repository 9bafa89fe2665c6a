--- Mautic: contacts and companies, with custom fields, do-not-contact and membership of a company.
return {
  name = "mautic",
  display_name = "Mautic",
  version = "1.0.0",
  api = 1,
  objects = { -- in the order in which they sync: companies before the contacts who work there
    { name = "company", internal = "company" },
    { name = "contact", internal = "contact" },
  },
}
