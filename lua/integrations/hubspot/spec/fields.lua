-- The fields as HubSpot describes them, for specs that do not query them.
local function field(name, type)
  return { name = name, label = name, type = type or "string", required = false, writable = true }
end

return {
  companies = {
    field "name", field("phone", "phone"), field "city", field "domain",
    field("numberofemployees", "double"), field "hubspot_owner_id",
  },
  contacts = {
    field("email", "email"), field "firstname", field "lastname", field "associatedcompanyid",
    field "jobtitle",
    field("phone", "phone"), field("mobilephone", "phone"),
    field "city", field "address", field "zip",
    field("date_of_birth", "date"), field("topics", "multiselect"), field("vip", "boolean"),
    field "hubspot_owner_id",
  },
}
