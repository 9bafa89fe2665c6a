--- EspoCRM: accounts are companies; contacts and leads are contacts. A lead that is converted becomes
-- the contact that EspoCRM made of it.
return {
  name = "espocrm",
  display_name = "EspoCRM",
  version = "1.0.0",
  api = 1,
  objects = { -- in the order in which they sync: accounts before the contacts who work there
    { name = "Account", internal = "company" },
    { name = "Contact", internal = "contact" },
    { name = "Lead", internal = "contact" },
  },
}
