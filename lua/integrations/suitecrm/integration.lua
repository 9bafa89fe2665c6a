--- SuiteCRM: accounts are companies; contacts and leads are contacts. A lead that is converted becomes
-- the contact that SuiteCRM made of it.
return {
  name = "suitecrm",
  display_name = "SuiteCRM",
  version = "1.0.0",
  api = 1,
  objects = { -- in the order in which they sync: accounts before the contacts who work there
    { name = "Accounts", internal = "company" },
    { name = "Contacts", internal = "contact" },
    { name = "Leads", internal = "contact" },
  },
}
