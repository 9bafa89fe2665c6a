---@meta contract
-- Made by scripts/reference of lua/speckit; do not edit.

--- The contract suite: what every integration must pass, whatever its API looks like.
---
---     -- lua/integrations/NAME/spec/contract_spec.lua
---     require("contract").verify "NAME"
---
--- Its API is simulated by lua/integrations/NAME/spec/world.lua, a table with
---
--- - `new(http, now)`: stubs the API and returns a world (`tandem.world`) that answers through them
--- - `samples`: object -> fields of a record, by the names of the API, all that a mapping would have
--- - `required`: object -> a text field that is sent with every change, if it has no e-mail address
--- - `nullable`: object -> a field that may be empty
--- - `unique`: object -> a text field by which the API knows it: no two records have the same value
--- - `sparse`: true if the API leaves out fields that it does not know (it says null otherwise)
--- - `ids`: ids to try besides plain numbers, e.g. { "007", "a/b" } where ids are text
--- - `precision`: what instants of the API are rounded to, in milliseconds (1000)
--- - `read_only`: object -> true if the executioner never writes it
--- - `reads_by_post`: true if the API is asked by other methods than GET
--- - `tokens`: true if the API has change tokens and no instants: windows mean nothing to it
--- - `refuse(object, field)`: if the API names the fields that it refuses: its answer to a write that it
---   refuses because of this one
--- - `tells_merges`: true if the API reports merges (`world:merge`, `world:gone`)
--- - `mapping`, `schema`, `config`: used in runs instead of those in config/integrations/NAME.lua
---@class lib.contract
local M = {}

--- How many records a world has in specs that read pages.
M.MANY = nil

--- Declares the suite of an integration, in a spec.
---@param name string
---@param face? table instead of spec/world.lua
function M.verify(name, face) end

return M
