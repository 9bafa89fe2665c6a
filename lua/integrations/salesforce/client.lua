--- What is particular to Salesforce's accounts, contacts, leads and person accounts. The API itself is the
-- library `salesforce`.
local salesforce = require "salesforce"

local M = {}

--- Salesforce's name of an object: person accounts are accounts, too.
function M.name(object)
  return object == "PersonAccount" and "Account" or object
end

-- Only organizations with person accounts have this field.
local function has_persons()
  return salesforce.describe("Account").IsPersonAccount ~= nil
end

--- A condition that is true for all records of an object. Each person account has a contact as its
-- shadow, which nobody can edit.
function M.conditions(object)
  if object == "Lead" or not has_persons() then
    return {}
  end
  return { ("IsPersonAccount = %s"):format(object == "PersonAccount") }
end

return M
