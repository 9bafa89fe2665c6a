    {{object}} = {
      name = { "companyname", required = true },
      website = "companywebsite",
      phone = "companyphone",
    },
