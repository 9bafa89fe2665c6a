-- How this installation syncs with EspoCRM. docs/integrations/espocrm.md says which rights the API user
-- needs.
return {
  enabled = true,
  base_url = env("ESPOCRM_URL", "https://espocrm.example") .. "/api/v1",
  auth = { type = "api_key", name = "X-Api-Key", value = env "ESPOCRM_API_KEY" },
  overlap_seconds = 300, -- times are whole seconds; what is read twice is not written twice
  mapping = { -- field over there = field here, both ways unless a direction is given
    Account = {
      name = { "companyname", required = true },
      emailAddress = "companyemail",
      phoneNumber = "companyphone",
      website = "companywebsite",
      billingAddressStreet = "companyaddress1",
      billingAddressCity = "companycity",
      billingAddressPostalCode = "companyzipcode",
      description = "companydescription",
    },
    Contact = {
      emailAddress = "email",
      firstName = "firstname",
      lastName = { "lastname", required = true },
      title = "position",
      phoneNumber = "phone",
      addressStreet = "address1",
      addressCity = "city",
      addressPostalCode = "zipcode",
      accountId = { "company", direction = "to_internal" },
    },
    Lead = {
      create = false, -- a new contact of ours becomes a contact there
      emailAddress = "email",
      firstName = "firstname",
      lastName = { "lastname", required = true },
      title = "position",
      phoneNumber = "phone",
      accountName = { "company", direction = "to_internal" },
    },
  },
}
