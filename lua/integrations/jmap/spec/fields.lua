--- The fields, for specs that do not query the server.
return { contact = {
  { name = "prefix", type = "string" }, { name = "firstName", type = "string" },
  { name = "lastName", type = "string" }, { name = "suffix", type = "string" },
  { name = "nickname", type = "string" }, { name = "company", type = "string" },
  { name = "department", type = "string" }, { name = "jobTitle", type = "string" },
  { name = "birthday", type = "date" }, { name = "anniversary", type = "date" },
  { name = "notes", type = "textarea" }, { name = "email", type = "email" },
  { name = "website", type = "url" }, { name = "phone_home", type = "phone" },
  { name = "phone_work", type = "phone" }, { name = "phone_mobile", type = "phone" },
  { name = "phone_fax", type = "phone" }, { name = "phone_pager", type = "phone" },
  { name = "street", type = "string" }, { name = "locality", type = "string" },
  { name = "region", type = "string" }, { name = "postcode", type = "string" },
  { name = "country", type = "string" },
} }
