local consent = require "consent"

describe("consent", function()
  it("adds what is wanted: who has no entry may be contacted", function()
    local fields = { email = "a@a.test" }
    local requested = { fields = { "email", "dnc_email", "dnc_sms" }, required_fields = {} }
    consent.add(requested, fields, { { channel = "email", reason = 2 }, { channel = "fax", reason = 1 } })
    assert.same({ email = "a@a.test", dnc_email = 2, dnc_sms = 0 }, fields)
  end)

  it("adds nothing if nothing is known", function()
    local fields = {}
    consent.add({ fields = { "dnc_email" } }, fields, nil)
    consent.add({ fields = { "dnc_email" } }, fields, io.stdout) -- null
    assert.same({}, fields)
  end)

  it("takes reasons out of what is to be written; what is not known is none", function()
    local written = { email = "a@a.test", dnc_email = 3, dnc_sms = 0, dnc_push = "" }
    assert.same({ email = 3, sms = 0 }, consent.take(written))
    assert.same({ email = "a@a.test" }, written)
  end)

  it("lifts no block of a new contact, which may turn out to be there", function()
    local function verdicts(change)
      local found = {}
      for channel, reason in consent.verdicts(change, { email = 3, sms = 0 }) do
        found[channel] = reason or "lifted"
      end
      return found
    end
    assert.same({ email = 3, sms = "lifted" }, verdicts { object_id = "1" })
    assert.same({ email = 3 }, verdicts {})
  end)
end)
