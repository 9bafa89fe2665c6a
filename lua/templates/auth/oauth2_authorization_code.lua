  auth = { -- once: tandem auth {{name}}
    type = "oauth2_authorization_code",
    authorize_url = "https://api.example.com/authorize",
    token_url = "https://api.example.com/token",
    client_id = env "{{NAME}}_CLIENT_ID",
    client_secret = env "{{NAME}}_CLIENT_SECRET",
  },
