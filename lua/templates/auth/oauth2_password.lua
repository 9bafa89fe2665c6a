  auth = {
    type = "oauth2_password",
    token_url = "https://api.example.com/token",
    username = env "{{NAME}}_USERNAME",
    password = env "{{NAME}}_PASSWORD",
  },
