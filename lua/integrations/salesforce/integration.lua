--- Salesforce: accounts are companies; contacts, leads and person accounts are contacts. A lead that is
-- converted becomes its contact.
return {
  name = "salesforce",
  display_name = "Salesforce",
  version = "1.0.0",
  api = 1,
  objects = { -- in the order in which they sync: accounts before the contacts who work there
    { name = "Account", internal = "company" },
    { name = "Contact", internal = "contact" },
    { name = "Lead", internal = "contact" },
    { name = "PersonAccount", internal = "contact" },
  },
}
