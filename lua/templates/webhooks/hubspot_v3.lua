  webhooks = { -- "tandem serve" takes them at /hooks/{{name}}
    scheme = "hubspot_v3",
    secret = env "{{NAME}}_WEBHOOK_SECRET",
    url = env "{{NAME}}_WEBHOOK_URL", -- as they know it: it is signed as well
  },
