return {
  enabled = true,
  base_url = env("BENCH_URL", "http://127.0.0.1:1"),
  page_partial = 400,
  mapping = {
    record = {
      email = "email", first_name = "firstname", last_name = "lastname", phone = "phone",
      city = "city", country = "country", street = "address1", zip = "zipcode",
      birthday = "birthday", website = "website",
    },
  },
}
