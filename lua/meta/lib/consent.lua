---@meta consent
-- Made by scripts/reference of lua/lib; do not edit.

--- Consent: the fields `dnc_<channel>` (0: may be contacted, 1: unsubscribed, 2: bounced, 3: does not want
--- it), for APIs that keep do-not-contact apart from the fields of a contact.
---@class lib.consent
local M = {}

--- Adds the fields that a request wants: who has no entry in a channel may be contacted.
---@param requested table an object of the request
---@param fields table name -> value
---@param entries table a list of `{channel=, reason=, dateAdded=}`; if it is none, nothing is known
---@return table # name -> when that was said, where it is known
function M.add(requested, fields, entries) end

--- The entry of a channel; nil if there is none.
function M.entry(entries, channel) end

--- Takes the consent out of what is to be written. An empty value is no consent: it is dropped.
---@param written table name -> value; it has no such fields afterwards
---@return table # channel -> reason
function M.take(written) end

--- Iterates over what is to be done for the consent of a contact: the channel, and the reason why nobody
--- may use it (nil: everybody may). A new contact may turn out to be there: its blocks are not lifted.
---@param change change
---@param reasons table of `take`
function M.verdicts(change, reasons) end

return M
