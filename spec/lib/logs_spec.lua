local logs = require "logs"

describe("logs", function()
  local said

  local function gone(actions)
    said = {}
    local report = {
      merge = function(_, ...) said[#said + 1] = table.concat({ "merge", ... }, " ") end,
      add_deleted = function(_, ...) said[#said + 1] = table.concat({ "deleted", ... }, " ") end,
    }
    logs.gone(report, { name = "contact" }, {
      winner = function(row) return row.winner end,
      page = function(_, action, after)
        for _, row in ipairs(actions[action] or {}) do
          if not after or row.id > after then
            return { row } -- a page of one
          end
        end
        return {}
      end,
    })
    return said
  end

  it("tell what was deleted, on many pages", function()
    assert.same({ "deleted contact 5", "deleted contact 7" },
      gone { delete = { { id = 1, object_id = "5" }, { id = 2, object_id = "7" } } })
  end)

  it("tell the loser of a merge as merged, not as deleted", function()
    assert.same({ "merge contact 5 9", "deleted contact 7" }, gone {
      merge = { { id = 1, object_id = "5", winner = "9" } },
      delete = { { id = 2, object_id = 5 }, { id = 3, object_id = 7 } },
    })
  end)

  it("tell one as deleted whose winner is not known", function()
    assert.same({ "deleted contact 5" },
      gone { merge = { { id = 1, object_id = "5" } }, delete = { { id = 2, object_id = "5" } } })
  end)
end)
