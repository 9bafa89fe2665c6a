  auth = { type = "basic", username = env "{{NAME}}_USERNAME", password = env "{{NAME}}_PASSWORD" },
