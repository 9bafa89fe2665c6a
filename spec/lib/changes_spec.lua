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
    function change:reference() return self.linked end
    return change
  end

  -- An order that keeps what is answered.
  local function order_of(given)
    local order = {}
    for _, answer in ipairs {
      "delete_object", "update_last_sync_date", "retry_sync_later", "note_object_sync_issue",
      "add_object_mapping", "stale",
    } do
      order[answer] = function(_, change, ...)
        local last = { ... }
        if answer == "retry_sync_later" and last[1] then
          last[1] = last[1].counts == false and "uncounted"
        end
        said[#said + 1] = table.concat({ answer, change.name or "", table.unpack(last) }, " ")
      end
    end
    function order.objects()
      local names = { "Contact" }
      return function() return table.remove(names) end
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
    _G.log = { error = function() end }
  end)

  after_each(function()
    _G.log = nil
  end)

  it("are written as what changed and what is required, new objects without what is empty", function()
    local fields = {
      a = { "1", "string" }, b = { io.stdout, "string" }, c = { "2026-03-10T12:00:00Z", "datetime" },
      d = { "2026-03-10T12:00:00Z", "string" },
    }
    local change = change_of(fields, { object_id = "7", changed = { b = true }, required = { c = true } })
    assert.same({ b = "", c = "2026-03-10 12:00:00" }, changes.written(change, { null = "" }))
    assert.same({ c = "2026-03-10 12:00:00" }, changes.written(change, {}))
    assert.same({ a = "1", c = "2026-03-10 12:00:00", d = "2026-03-10T12:00:00Z" },
      changes.written(change_of(fields), { null = "" }))
    assert.same({ c = "datetime 2026-03-10T12:00:00Z" },
      changes.written(change, { write = function(value, type_of) return type_of .. " " .. value end }))
    assert.same({ b = "no string", c = "2026-03-10 12:00:00" },
      changes.written(change, { null = function(type_of) return "no " .. type_of end }))
  end)

  it("that are refused are noted, those that a server can't take now come again", function()
    for _, status in ipairs { 400, 403, 422, 408, 409, 423, 429, 500, 503 } do
      changes.refuse(order_of(), { name = tostring(status) }, { status = status }, "No.")
    end
    assert.same({
      "note_object_sync_issue 400 No.", "retry_sync_later 403 uncounted", "note_object_sync_issue 422 No.",
      "retry_sync_later 408", "retry_sync_later 409", "retry_sync_later 423", "retry_sync_later 429",
      "retry_sync_later 500", "retry_sync_later 503",
    }, said)
    assert.has_error(function() changes.refuse(order_of(), {}, { status = 401 }, "Who?") end)
  end)

  it("that somebody was faster with are stale if a version was sent", function()
    changes.refuse(order_of(), { name = "a", version = "3" }, { status = 412 }, "No.")
    changes.refuse(order_of(), { name = "b" }, { status = 412 }, "No.")
    assert.same({ "stale a", "retry_sync_later b" }, said)
  end)

  it("are settled one by one: updates, creations, deletions", function()
    local order = order_of {
      identified = {
        change_of({ a = { "1", "string" } }, { object_id = "1", name = "there", changed = { a = true } }),
        change_of({}, { object_id = "404", name = "gone" }),
      },
      unidentified = {
        change_of({ a = { "2", "string" } }, { name = "new" }),
        change_of({ a = { "3", "string" } }, { name = "refused" }),
        change_of({ a = { "4", "string" } }, { name = "odd" }),
      },
      deletions = { { object_id = "1", name = "dropped" }, { object_id = "2", name = "without a word" } },
    }
    local sent = {}
    local function answer(status)
      local function read()
        return status ~= 204 or error "no JSON"
      end
      return { status = status, ok = status < 300, json = read }
    end
    changes.execute(order, {
      client = {
        reason = function() return "No." end,
        update = function(object, id, fields)
          sent[#sent + 1] = ("%s %s %s"):format(object, id, fields.a)
          return answer(id == "404" and 404 or 200)
        end,
        delete = function(_, id)
          sent[#sent + 1] = "delete " .. id
          return answer(id == "1" and 200 or 204)
        end,
      },
      create = function(_, change, fields)
        sent[#sent + 1] = "new " .. fields.a
        if change.name == "new" then
          return "8"
        end
        return nil, change.name == "refused" and answer(400) or nil, change.name == "odd" and "Look." or nil
      end,
    })
    assert.same({ "Contact 1 1", "Contact 404 nil", "new 2", "new 3", "new 4", "delete 1", "delete 2" }, sent)
    assert.same({
      "update_last_sync_date there", "delete_object gone", "add_object_mapping new Contact 8",
      "note_object_sync_issue refused No.", "note_object_sync_issue odd Look.",
      "update_last_sync_date dropped", "update_last_sync_date without a word",
    }, said)
  end)

  it("get the id of what a field refers to by its name, which is asked for once", function()
    local function refers(name, company, linked)
      local more = { name = name, linked = linked }
      return change_of({ account = { company, "string" }, a = { "1", "string" } }, more)
    end
    local asked, sent = {}, {}
    changes.execute(order_of { unidentified = {
      refers("x", "Acme"), refers("y", "Acme"), refers("z", "Nobody"), refers("w", ""),
      refers("v", "Linked", { object = "Account", id = "9" }),
      refers("u", "Acme", { object = "Lead", id = "9" }),
    } }, {
      client = { list = function(requested, conditions)
        local name = conditions[1][3]
        asked[#asked + 1] = requested.name .. " " .. name
        return { name == "Acme" and { id = 7, name = "Acme" } or nil }
      end },
      create = function(_, change, fields)
        sent[change.name] = fields.account or "none"
        return "1"
      end,
      reference = { object = "Contact", field = "account", to_object = "Account", name = "name" },
    })
    assert.same({ x = "7", y = "7", z = "none", w = "", v = "9", u = "7" }, sent)
    assert.same({ "Account Acme", "Account Nobody" }, asked)
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

  describe("in batches", function()
    local function some_of(...)
      local some = {}
      for index, name in ipairs { ... } do
        some[index] = { name = name, object = "Contact" }
      end
      return some
    end

    local function target_of(more)
      local target = { size = 4, client = { reason = function(response) return response.reason end } }
      function target.item(change) return change.name, "more of " .. change.name end
      for name, value in pairs(more) do
        target[name] = value
      end
      return { Contact = target }
    end

    it("are halved until what is too much for the server stands alone", function()
      local sizes = {}
      changes.execute(order_of { unidentified = some_of("a", "b", "bad", "c", "d") }, {}, target_of {
        send = function(items, are_new)
          assert.is_true(are_new)
          sizes[#sizes + 1] = #items
          local results = {}
          for index, item in ipairs(items) do
            results[index] = { ok = true, status = 201, id = "id of " .. item }
          end
          return not table.concat(items):find "bad" and results or nil
        end,
      })
      assert.same({ 4, 2, 2, 1, 1, 1 }, sizes)
      assert.same({
        "add_object_mapping a Contact id of a", "add_object_mapping b Contact id of b",
        "retry_sync_later bad",
        "add_object_mapping c Contact id of c", "add_object_mapping d Contact id of d",
      }, said)
    end)

    it("become edits of records that the API has already, unless these belong to others here", function()
      local order, sent = order_of { unidentified = some_of("new", "known", "taken", "odd") }, {}
      function order.claim(_, _, _, id) return id == "3" and { object = "contact", id = "7" } or nil end
      changes.execute(order, {}, target_of {
        client = { name = "Acme", reason = function() end },
        item = function(change) return { name = change.name } end,
        existing = function() return { [2] = "2", [3] = "3" }, { [4] = "It is odd." } end,
        send = function(items, are_new)
          sent[#sent + 1] = ("%s %s %s"):format(items[1].name, items[1].id, are_new)
          return { { ok = true, status = 200, id = items[1].id or "1" } }
        end,
      })
      assert.same({ "known 2 false", "new nil true" }, sent)
      assert.same({
        "add_object_mapping new Contact 1", "add_object_mapping known Contact 2",
        "note_object_sync_issue taken Acme has it already (Contact 3), linked to contact 7 here: merge these "
          .. "two, or tell them apart",
        "note_object_sync_issue odd It is odd.",
      }, said)
    end)

    it("have what else they need sent once the API took them, and are not done if that fails", function()
      local known = some_of("a", "b")
      known[1].object_id, known[2].object_id = "1", "2"
      local rest = {}
      changes.execute(order_of { identified = known }, {}, target_of {
        send = function(_, are_new)
          assert.is_false(are_new)
          return { { ok = true, status = 200, id = "1" }, { ok = false, status = 400, reason = "No." } }
        end,
        rest = function(change, id, item, more)
          rest[#rest + 1] = ("%s %s %s %s"):format(change.name, id, item, more)
          return { { ok = true, status = 200 }, { ok = false, status = 503 } }
        end,
      })
      assert.same({ "a 1 a more of a" }, rest)
      assert.same({ "note_object_sync_issue b No.", "retry_sync_later a" }, said)
    end)

    it("that are new are edited in the next run if something that they need was refused", function()
      changes.execute(order_of { unidentified = some_of("a", "b") }, {}, target_of {
        send = function(items)
          return { { ok = true, status = 201, id = "1" }, items[2] and { ok = true, status = 201, id = "2" } }
        end,
        afterwards = function() return { [2] = { ok = false, status = 400, reason = "No." } } end,
      })
      assert.same({
        "add_object_mapping a Contact 1", "add_object_mapping b Contact 2", "retry_sync_later b",
      }, said)
    end)
  end)
end)
