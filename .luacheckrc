std = "lua54"
max_line_length = 110
exclude_files = { "lua/templates", "lua/meta" } -- no Lua before {{...}} is filled in; tests/end_to_end/test_scaffold.sh checks the result
files["spec"] = { std = "lua54+busted" }
files["lua/integrations/*/spec"] = { std = "lua54+busted" }
files["lua/integrations"] = {
  read_globals = { "http", "json", "log", "datetime", "cache", "links", "config", "crypto" },
}
files["lua/lib/parallel.lua"] = { read_globals = { "http" } }
files["lua/lib/queries.lua"] = { read_globals = { "datetime" } }
files["lua/lib/reports.lua"] = { read_globals = { "datetime", "log" } }
files["lua/lib/changes.lua"] = { read_globals = { "log" } }
files["lua/lib/formats.lua"] = { read_globals = { "datetime" } }
files["lua/lib/feeds.lua"] = { read_globals = { "datetime" } }
files["lua/vendor/jmap.lua"] = { read_globals = { "json", "cache" } }
files["lua/vendor/tryton"] = { read_globals = { "json", "cache", "log" } }
files["lua/vendor/hubspot*"] = {
  read_globals = { "http", "json", "log", "datetime", "cache", "links", "config", "crypto" },
}
files["lua/vendor/pipedrive*"] = {
  read_globals = { "http", "json", "datetime", "cache", "links", "config", "crypto" },
}
files["lua/vendor/salesforce*"] = {
  read_globals = { "http", "json", "log", "datetime", "cache", "config", "crypto" },
}
files["lua/lib/gone.lua"] = { read_globals = { "links" } }
files["lua/lib/vanished.lua"] = { read_globals = { "cache" } }
files["config"] = { read_globals = { "env" } }
