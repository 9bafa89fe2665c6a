-- The fields as EspoCRM's metadata gives them, for specs that do not query them.
local function field(name, type, required)
  return { name = name, label = name, type = type or "string", required = required or false, writable = true }
end

local person = {
  field "firstName", field("lastName", "string", true), field("emailAddress", "email"), field "title",
  field("phoneNumber", "phone"), field "addressStreet", field "addressCity", field "addressPostalCode",
  field "accountId", field "accountName", field "status", field("cLastSeen", "datetime"),
  field("cTopics", "multiselect"), field("emailAddressIsOptedOut", "boolean"),
  field("emailAddressIsInvalid", "boolean"),
}

return {
  Account = {
    field("name", "string", true), field("emailAddress", "email"), field("phoneNumber", "phone"),
    field("website", "url"), field "billingAddressStreet", field "billingAddressCity",
    field "billingAddressPostalCode", field("description", "textarea"),
  },
  Contact = person,
  Lead = person,
}
