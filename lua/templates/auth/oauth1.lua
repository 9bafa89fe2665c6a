  auth = {
    type = "oauth1",
    consumer_key = env "{{NAME}}_CONSUMER_KEY",
    consumer_secret = env "{{NAME}}_CONSUMER_SECRET",
    token = env "{{NAME}}_TOKEN",
    token_secret = env "{{NAME}}_TOKEN_SECRET",
  },
