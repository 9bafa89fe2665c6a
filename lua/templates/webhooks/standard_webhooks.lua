  webhooks = { -- "tandem serve" takes them at /hooks/{{name}}
    scheme = "standard_webhooks",
    secret = env "{{NAME}}_WEBHOOK_SECRET",
  },
