--- Tryton's parties, with those of their values that are separate records.
local tryton = require "tryton"

local WATCHED = config.watch_deletions ~= false

local mechanisms = {
  name = "contact_mechanisms", model = "party.contact_mechanism", watched = WATCHED,
  fields = { "type", "value", "active", "_timestamp" },
}
local relations = {
  name = "relations", model = "party.relation.all", watched = WATCHED,
  fields = { "to", "type.name" },
}

return tryton.client {
  model = "party.party", watched = WATCHED, fields = { "name", "code", "active" },
  parts = { mechanisms, config.employer_relation and relations or nil }, -- needs party_relationship
}
