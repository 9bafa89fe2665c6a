-- How this installation syncs with hello.world. The scripts in lua/integrations/helloworld never see
-- `auth`: the engine adds the token.
return {
  enabled = true,
  base_url = env("HELLOWORLD_URL", "https://hello.world") .. "/api",
  auth = {
    type = "oauth2_client_credentials",
    token_url = env("HELLOWORLD_URL", "https://hello.world") .. "/token",
    client_id = env "HELLOWORLD_CLIENT_ID",
    client_secret = env "HELLOWORLD_CLIENT_SECRET",
  },
  mapping = { -- field over there = field here, both ways unless a direction is given
    world = {
      name = { "companyname", required = true },
      email = "companyemail",
      website = "companywebsite",
      phone = "companyphone",
      population = "companynumber_of_employees",
      description = "companydescription",
    },
    citizen = {
      email = { "email", required = true },
      first_name = "firstname",
      last_name = "lastname",
      phone = "phone",
      birthday = "birthday",
      home_planet = { "city", direction = "to_internal" },
      -- opt_in = "opt_in", -- after: tandem field add contact opt_in --type boolean
      score = { "points", direction = "to_internal", on_clear = "ignore" }, -- no score is not 0 points
      world_id = { "company", direction = "to_internal" },
    },
    tourist = {
      create = false, -- a new contact of ours becomes a citizen
      email = { "email", required = true },
      first_name = "firstname",
      last_name = "lastname",
    },
  },
}
