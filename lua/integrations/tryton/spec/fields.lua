--- The fields as Tryton describes them, for specs that do not query them.
local code = { name = "code", type = "string", writable = false }
local email = { name = "email", type = "email" }
local phone = { name = "phone", type = "phone" }
local mobile = { name = "mobile", type = "phone" }
local fax = { name = "fax", type = "phone" }
local website = { name = "website", type = "url" }

return {
  organisation = { code, { name = "name", type = "string" }, email, phone, mobile, fax, website },
  person = {
    code, { name = "first_name", type = "string" }, { name = "last_name", type = "string" },
    { name = "employer", type = "string" }, email, phone, mobile, fax, website,
  },
}
