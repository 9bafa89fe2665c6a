-- The fields as the API describes them, for specs that do not query them.
local common = {
  { name = "first_name", label = "First name", type = "string" },
  { name = "last_name", label = "Last name", type = "string" },
  { name = "email", label = "E-mail", type = "email", required = true },
  { name = "home_planet", label = "Home planet", type = "string" },
  { name = "opt_in", label = "Wants the newsletter", type = "boolean" },
  { name = "phone", label = "Phone", type = "phone" },
}

return {
  world = {
    { name = "name", label = "Name", type = "string", required = true },
    { name = "email", label = "E-mail", type = "email" },
    { name = "website", label = "Website", type = "url" },
    { name = "phone", label = "Phone", type = "phone" },
    { name = "population", label = "Population", type = "int" },
    { name = "description", label = "Description", type = "text" },
  },
  citizen = {
    common[1], common[2], common[3], common[4], common[5], common[6],
    { name = "birthday", label = "Birthday", type = "date" },
    { name = "score", label = "Score", type = "int" },
    { name = "notes", label = "Notes", type = "text" },
    { name = "world_id", label = "World", type = "string" },
  },
  tourist = common,
}
