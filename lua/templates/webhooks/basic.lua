  webhooks = { -- "tandem serve" takes them at /hooks/{{name}}
    scheme = "basic",
    username = "{{name}}",
    secret = env "{{NAME}}_WEBHOOK_SECRET",
  },
