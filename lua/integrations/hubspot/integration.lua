--- HubSpot: contacts and companies, with custom properties, owners, and the primary company of a contact.
return {
  name = "hubspot",
  display_name = "HubSpot",
  version = "1.0.0",
  api = 1,
  stable_cursors = true, -- the last key of a page, whatever was edited meanwhile
  objects = { -- in the order in which they sync: companies before the contacts who work there
    { name = "companies", internal = "company" },
    { name = "contacts", internal = "contact" },
  },
}
