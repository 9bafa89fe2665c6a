--- Batches: for APIs that take many objects at once.
--
-- Pure Lua; the caller decides what is sent and how.
-- @module batch
local M = {}

-- The next element of a list, as an iterator that ends with nil.
local function elements(list)
  local index = 0
  return function()
    index = index + 1
    return list[index]
  end
end

--- Iterates over lists of at most `size` elements.
--
--     for changes in batch.of(100, order:changes(object)) do ... end
--
-- @tparam integer size the most elements of a batch
-- @param source a list, or an iterator (with its state and first value), of which the first value
-- counts
-- @return an iterator over lists, none of them empty
function M.of(size, source, state, control)
  if math.type(size) ~= "integer" or size < 1 then
    error("the size of a batch must be a whole number from 1", 2)
  end
  local next_element = type(source) == "table" and elements(source) or source
  local ended = false
  return function()
    local batch = {}
    while not ended and #batch < size do
      control = next_element(state, control)
      ended = control == nil
      batch[#batch + 1] = control
    end
    return batch[1] ~= nil and batch or nil
  end
end

local function slice(list, first, last)
  return table.move(list, first, last, 1, {})
end

--- Sends a batch to an API that refuses the whole batch if one item is bad: a refused batch is
-- halved until the bad items are isolated, so that all others get through.
--
-- Of n items with k bad ones, about 2 k log2(n) requests are made. `send` must distinguish a
-- refusal (such as 422) from an outage: for an outage it must raise an error, or else every single
-- item would be tried.
--
-- @tparam table items a list
-- @tparam function send `send(some)`: sends a list; returns true (or any value but nil and false)
-- if it was accepted, else nil and the reason
-- @tparam function refused `refused(item, reason)`: called for each item that is refused on its own
-- @treturn integer how many items were accepted
function M.split(items, send, refused)
  if #items == 0 then
    return 0
  end
  local taken, reason = send(items)
  if taken then
    return #items
  end
  if #items == 1 then
    refused(items[1], reason)
    return 0
  end
  local middle = #items // 2
  return M.split(slice(items, 1, middle), send, refused)
    + M.split(slice(items, middle + 1, #items), send, refused)
end

return M
