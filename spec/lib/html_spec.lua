local html = require "html"

describe("html", function()
  it("is decoded once", function()
    assert.equal("O'Hara & <Co> \"x\"", html.decode "O&#039;Hara &amp; &lt;Co&gt; &quot;x&quot;")
    assert.equal("`Ä&lt;", html.decode "&#96;&#196;&amp;lt;")
  end)

  it("stays as it is where it is not a reference", function()
    for _, text in ipairs { "R&D", "a & b;", "&nosuch;", "&#x27;", "&#99999999;", "&;" } do
      assert.equal(text, html.decode(text))
    end
  end)

  it("is encoded as PHP programs store it", function()
    assert.equal("O&#039;Hara & &lt;Co&gt; &quot;x&quot;", html.encode "O'Hara & <Co> \"x\"")
    assert.equal("O'Hara <Co>", html.decode(html.encode "O'Hara <Co>"))
  end)
end)
