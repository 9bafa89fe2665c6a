  auth = {
    type = "oauth2_client_credentials",
    token_url = "https://api.example.com/token",
    client_id = env "{{NAME}}_CLIENT_ID",
    client_secret = env "{{NAME}}_CLIENT_SECRET",
  },
