local orders = require "orders"

describe("orders", function()
  local given

  -- An order of these changes: `{object=, object_id=, deletion=}`.
  local function order_of(changes)
    local function of(object, wanted)
      local index = 0
      return function()
        repeat
          index = index + 1
        until not changes[index] or changes[index].object == object and wanted(changes[index])
        return changes[index]
      end
    end
    local order = {}
    function order.objects()
      local names, index = { "world", "citizen" }, 0
      return function()
        index = index + 1
        return names[index]
      end
    end
    function order:identified(object)
      return of(object, function(change) return change.object_id and not change.deletion end), self
    end
    function order:unidentified(object)
      return of(object, function(change) return not change.object_id end), self
    end
    function order:deletions(object)
      return of(object, function(change) return change.deletion end), self
    end
    for _, answer in ipairs { "add_object_mapping", "delete_object", "update_last_sync_date" } do
      order[answer] = function(_, _, object, id)
        given = { answer, object, id }
      end
    end
    return order
  end

  it("come in batches of one object and one sort", function()
    local order = order_of {
      { object = "citizen", object_id = "1" }, { object = "citizen" }, { object = "world", object_id = "2" },
      { object = "citizen", object_id = "3" }, { object = "citizen", object_id = "4" },
      { object = "citizen", object_id = "5", deletion = true },
    }
    local seen = {}
    for changes, sort in orders.batches(order, 2) do
      local ids = {}
      for index, change in ipairs(changes) do
        ids[index] = change.object_id or "new"
      end
      seen[#seen + 1] = ("%s %s %s"):format(changes[1].object, sort, table.concat(ids, " "))
    end
    assert.same({
      "world identified 2", "citizen identified 1 3", "citizen identified 4", "citizen unidentified new",
      "citizen deletions 5",
    }, seen)
  end)

  it("answer what was done", function()
    local order = order_of {}
    orders.done(order, { object = "citizen" }, "7")
    assert.same({ "add_object_mapping", "citizen", "7" }, given)
    orders.done(order, { object = "citizen", object_id = "7" })
    assert.equal("update_last_sync_date", given[1])
    orders.done(order, { object = "citizen", object_id = "7", deletion = true })
    assert.equal("delete_object", given[1])
  end)

  it("send what changed and what is required, or everything", function()
    local change = {
      changed_fields = function() return { phone = "1" } end,
      required_fields = function() return { email = "a@x.test" } end, -- in a full push it may have changed
      fields = function() return { name = "all" } end,
    }
    assert.same({ name = "all" }, orders.fields(change))
    change.object_id = "7"
    assert.same({ phone = "1", email = "a@x.test" }, orders.fields(change))
  end)

  describe("send", function()
    local answers, order

    before_each(function()
      answers = {}
      order = { retry_sync_later = function(_, change) answers[change] = "retry" end }
    end)

    local function send(changes, outcome)
      orders.send(order, changes, function(_, some)
        local taken, reason = outcome(some)
        for _, change in ipairs(taken and some or {}) do
          answers[change] = "done"
        end
        return taken, reason
      end, function(_, change, reason)
        answers[change] = reason
      end)
      return answers
    end

    it("halves a batch that is refused", function()
      assert.same({ a = "done", b = "bad", c = "done" }, send({ "a", "b", "c" }, function(some)
        local bad = table.concat(some):find "b"
        return not bad or nil, bad and "bad"
      end))
    end)

    it("looks again when somebody else was faster, and leaves it for the next run in the end", function()
      local tries = 0
      assert.same({ a = "done" }, send({ "a" }, function()
        tries = tries + 1
        return tries == 3 or nil
      end))
      assert.same({ b = "retry", a = "done" }, send({ "b" }, function() return nil end))
    end)
  end)
end)
