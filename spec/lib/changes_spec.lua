local changes = require "changes"

describe("changes", function()
  local said

  -- A change with these fields: name -> {value, type}; null is a userdata.
  local function change_of(fields, more)
    local change = { changed = {}, required = {} }
    for name, value in pairs(more or {}) do
      change[name] = value
    end
    local function values(names)
      local found = {}
      for name, field in pairs(fields) do
        found[name] = (not names or names[name]) and field[1] or nil
      end
      return found
    end
    function change.fields() return values() end
    function change:changed_fields() return values(self.changed) end
    function change:required_fields() return values(self.required) end
    function change.field(_, name) return { type = fields[name][2] } end
    return change
  end

  -- An order that keeps what is answered.
  local function order_of(given)
    local order = {}
    for _, answer in ipairs {
      "delete_object", "update_last_sync_date", "retry_sync_later", "note_object_sync_issue",
      "add_object_mapping",
    } do
      order[answer] = function(_, change, ...)
        said[#said + 1] = table.concat({ answer, change.name or "", ... }, " ")
      end
    end
    for _, sort in ipairs { "identified", "unidentified", "deletions" } do
      order[sort] = function()
        local index = 0
        return function()
          index = index + 1
          return (given or {})[sort] and given[sort][index]
        end
      end
    end
    return order
  end

  before_each(function()
    said = {}
  end)

  it("are written as what changed and what is required, new objects as a whole", function()
    local fields = {
      a = { "1", "string" }, b = { io.stdout, "string" }, c = { "2026-03-10T12:00:00Z", "datetime" },
      d = { "2026-03-10T12:00:00Z", "string" },
    }
    local change = change_of(fields, { object_id = "7", changed = { b = true }, required = { c = true } })
    assert.same({ b = "", c = "2026-03-10 12:00:00" }, changes.written(change, ""))
    assert.same({ c = "2026-03-10 12:00:00" }, changes.written(change, nil))
    assert.same({ a = "1", c = "2026-03-10 12:00:00", d = "2026-03-10T12:00:00Z" },
      changes.written(change_of(fields), nil))
  end)

  it("that are refused are noted, those that a server can't take now come again", function()
    for _, status in ipairs { 400, 403, 422, 408, 409, 423, 429, 500, 503 } do
      changes.refuse(order_of(), { name = tostring(status) }, { status = status }, "No.")
    end
    assert.same({
      "note_object_sync_issue 400 No.", "note_object_sync_issue 403 No.", "note_object_sync_issue 422 No.",
      "retry_sync_later 408", "retry_sync_later 409", "retry_sync_later 423", "retry_sync_later 429",
      "retry_sync_later 500", "retry_sync_later 503",
    }, said)
    assert.has_error(function() changes.refuse(order_of(), {}, { status = 401 }, "Who?") end)
  end)

  it("are settled one by one: updates, creations, deletions", function()
    local order = order_of {
      identified = {
        change_of({ a = { "1", "string" } }, { object_id = "1", name = "there", changed = { a = true } }),
        change_of({}, { object_id = "404", name = "gone" }),
      },
      unidentified = { change_of({ a = { "2", "string" } }, { name = "new" }) },
      deletions = { { object_id = "1", name = "dropped" } },
    }
    local sent = {}
    local function answer(status)
      return { status = status, ok = status < 300, json = function() return {} end }
    end
    changes.singly(order, "Contact", {
      reason = function() return "No." end,
      update = function(object, id, fields)
        sent[#sent + 1] = ("%s %s %s"):format(object, id, fields.a)
        return answer(id == "404" and 404 or 200)
      end,
      create = function(_, _, _, fields) sent[#sent + 1] = "new " .. fields.a end,
      delete = function(_, id)
        sent[#sent + 1] = "delete " .. id
        return answer(200)
      end,
    })
    assert.same({ "Contact 1 1", "Contact 404 nil", "new 2", "delete 1" }, sent)
    assert.same(
      { "update_last_sync_date there", "delete_object gone", "update_last_sync_date dropped" }, said)
  end)

  it("get the id of what a field refers to by its name, which is asked for once", function()
    local function refers(name, company)
      return change_of({ account = { company, "string" }, a = { "1", "string" } }, { name = name })
    end
    local asked, sent = {}, {}
    changes.singly(order_of { unidentified = {
      refers("x", "Acme"), refers("y", "Acme"), refers("z", "Nobody"), refers("w", ""),
    } }, "Contact", {
      create = function(_, _, change, fields) sent[change.name] = fields.account or "none" end,
      reference = { object = "Contact", field = "account", find = function(name)
        asked[#asked + 1] = name
        return name == "Acme" and "7" or nil
      end },
    })
    assert.same({ x = "7", y = "7", z = "none", w = "" }, sent)
    assert.same({ "Acme", "Nobody" }, asked)
  end)

  it("are settled by the results of a batch", function()
    local function settle(change, result)
      return changes.settle_result(order_of(), change, result)
    end
    assert.is_true(settle({ name = "new", object = "c" }, { ok = true, status = 201, id = "7" }))
    assert.is_true(settle({ name = "old", object_id = "1" }, { ok = true, status = 200 }))
    assert.is_false(settle({ name = "gone", object_id = "2" }, { ok = false, status = 404 }))
    assert.is_false(settle({ name = "bad" }, { ok = false, status = 404, reason = "No." }))
    assert.same({
      "add_object_mapping new c 7", "update_last_sync_date old", "delete_object gone",
      "note_object_sync_issue bad No.",
    }, said)
  end)

  it("are halved in batches until what is too much for the server stands alone", function()
    local names, sizes, index = { "a", "b", "bad", "c", "d" }, {}, 0
    changes.in_batches(order_of(), 4, function(some)
      sizes[#sizes + 1] = #some
      for _, change in ipairs(some) do
        if change.name == "bad" then
          return nil
        end
      end
      return true
    end, function()
      index = index + 1
      return names[index] and { name = names[index] }
    end)
    assert.same({ 4, 2, 2, 1, 1, 1 }, sizes)
    assert.same({ "retry_sync_later bad" }, said)
  end)
end)
