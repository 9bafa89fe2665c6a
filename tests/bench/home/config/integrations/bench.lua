return {
  enabled = true,
  base_url = "http://127.0.0.1:1",
  mapping = {
    record = {
      email = "email", first_name = "firstname", last_name = "lastname", phone = "phone",
      city = "city", country = "country", street = "address1", zip = "zipcode",
      birthday = "birthday", website = "website",
    },
  },
}
