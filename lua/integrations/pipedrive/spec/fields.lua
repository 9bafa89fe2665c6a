-- The fields as Pipedrive describes them, for specs that do not query them.
local function field(name, type, required)
  return { name = name, label = name, type = type or "string", required = required or false, writable = true }
end

return {
  organizations = { field("name", "string", true), field("Level", "select") },
  persons = {
    field "first_name", field "last_name", field("email", "email"), field("phone work", "phone"),
    field("phone mobile", "phone"), field "org_id", field "job_title", field("birthday", "date"),
    field "marketing_status", field("Topics", "multiselect"),
  },
}
