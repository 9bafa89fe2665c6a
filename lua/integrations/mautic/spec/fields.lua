-- The fields as Mautic describes them, for specs that do not query them.
local function field(name, type, required)
  return { name = name, label = name, type = type or "string", required = required or false, writable = true }
end

return {
  company = {
    field("companyname", "string", true), field("companyemail", "email"), field("companyphone", "phone"),
    field("companywebsite", "url"), field "companyaddress1", field "companycity", field "companyzipcode",
  },
  contact = {
    field("email", "email"), field "firstname", field "lastname", field "company", field "position",
    field("phone", "phone"), field("mobile", "phone"), field "address1", field "city", field "zipcode",
    field("birthday", "date"), field("dnc_email", "int"), field("last_seen", "datetime"),
  },
}
