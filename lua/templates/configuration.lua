-- How this installation syncs with {{name}}.
-- The scripts in lua/integrations/{{name}} never see `auth`.
return {
  enabled = true,
  base_url = env("{{NAME}}_URL", "https://api.example.com/v1"),
{{auth}}{{webhooks}}  mapping = { -- field over there = field here, both ways unless a direction is given
{{mapping}}  },
}
