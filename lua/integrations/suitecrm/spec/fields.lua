-- The fields as SuiteCRM describes them, for specs that do not query them.
local function field(name, type, required)
  return { name = name, label = name, type = type or "string", required = required or false, writable = true }
end

local person = {
  field "first_name", field("last_name", "string", true), field("email1", "email"), field "title",
  field("phone_work", "phone"), field("phone_mobile", "phone"), field "primary_address_street",
  field "primary_address_city", field "primary_address_postalcode", field("birthdate", "date"),
  field "account_id", field "account_name", field("do_not_call", "boolean"),
  field("score_c", "int"), field("rate_c", "float"),
  field("last_seen_c", "datetime"), field("topics_c", "multiselect"),
}

return {
  Accounts = {
    field("name", "string", true), field("email1", "email"), field("phone_office", "phone"),
    field("website", "url"), field "billing_address_street", field "billing_address_city",
    field "billing_address_postalcode", field("description", "textarea"),
  },
  Contacts = person,
  Leads = person,
}
