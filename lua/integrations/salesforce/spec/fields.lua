-- The fields as Salesforce describes them, for specs that do not query them.
local function field(name, type, required)
  return { name = name, label = name, type = type or "string", required = required or false, writable = true }
end

return {
  Account = {
    field("Name", "string", true), field("Phone", "phone"), field "BillingCity", field("Website", "url"),
  },
  Contact = {
    field("LastName", "string", true), field "FirstName", field("Email", "email"), field "AccountId",
    field "Title", field("Phone", "phone"), field("MobilePhone", "phone"), field "MailingCity",
    field("Birthdate", "date"), field("Topics__c", "multiselect"),
  },
  Lead = {
    field("LastName", "string", true), field "FirstName", field "Company", field("Email", "email"),
    field "Title", field("Phone", "phone"), field "City",
  },
  PersonAccount = { field("LastName", "string", true), field "FirstName", field("PersonEmail", "email") },
}
