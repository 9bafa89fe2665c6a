    {{object}} = {
      email = { "email", required = true },
      first_name = "firstname",
      last_name = "lastname",
      phone = "phone",
    },
