  {{object}} = {
    { name = "name", label = "Name", type = "string", required = true },
    { name = "website", label = "Website", type = "url" },
    { name = "phone", label = "Phone", type = "phone" },
  },
