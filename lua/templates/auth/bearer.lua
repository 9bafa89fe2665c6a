  auth = { type = "bearer", token = env "{{NAME}}_TOKEN" },
