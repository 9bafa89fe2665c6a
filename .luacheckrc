std = "lua54"
max_line_length = 110
files["spec"] = { std = "lua54+busted" }
files["lua/integrations/*/spec"] = { std = "lua54+busted" }
files["lua/integrations"] = {
  read_globals = { "http", "json", "log", "datetime", "cache", "config", "crypto" },
}
files["config"] = { read_globals = { "env" } }
