  auth = { type = "api_key", ["in"] = "header", name = "X-Api-Key", value = env "{{NAME}}_KEY" },
