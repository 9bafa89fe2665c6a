local consent = require "consent"

describe("consent", function()
  it("adds what is wanted: who has no entry may be contacted", function()
    local fields = { email = "a@a.test" }
    local requested = { fields = { "email", "dnc_email", "dnc_sms" }, required_fields = {} }
    consent.add(requested, fields, { email = 2, fax = 1 })
    assert.same({ email = "a@a.test", dnc_email = 2, dnc_sms = 0 }, fields)
  end)

  it("takes reasons out of what is to be written; what is not known is none", function()
    local written = { email = "a@a.test", dnc_email = 3, dnc_sms = 0, dnc_push = "" }
    assert.same({ email = 3, sms = 0 }, consent.take(written))
    assert.same({ email = "a@a.test" }, written)
  end)
end)
