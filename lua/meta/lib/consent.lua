---@meta consent
-- Made by scripts/reference of lua/lib; do not edit.

--- Consent: the fields `dnc_<channel>` (0: may be contacted, 1: unsubscribed, 2: bounced, 3:
--- manually blocked), for APIs that keep do-not-contact separate from a contact's fields.
---@class lib.consent
local M = {}

--- Adds the requested fields: a contact without an entry for a channel may be contacted.
---@param requested table an object of the request
---@param fields table name -> value
---@param entries table a list of `{channel=, reason=, dateAdded=}`; if it is not a list, nothing is known
---@return table # name -> when the entry was made, if that is known
function M.add(requested, fields, entries) end

--- The entry of a channel; nil if there is none.
function M.entry(entries, channel) end

--- Takes the consent fields out of the values to be written. An empty value is not a consent: it is
--- dropped.
---@param written table name -> value; afterwards without these fields
---@return table # channel -> reason
function M.take(written) end

--- Iterates over the changes to a contact's consent: the channel, and the reason why it may not be
--- used (nil: it may). A new contact may turn out to exist: its blocks are not lifted.
---@param change change
---@param reasons table of `take`
function M.verdicts(change, reasons) end

return M
