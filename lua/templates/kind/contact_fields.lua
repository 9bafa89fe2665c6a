  {{object}} = {
    { name = "email", label = "E-mail", type = "email", required = true },
    { name = "first_name", label = "First name", type = "string" },
    { name = "last_name", label = "Last name", type = "string" },
    { name = "phone", label = "Phone", type = "phone" },
  },
