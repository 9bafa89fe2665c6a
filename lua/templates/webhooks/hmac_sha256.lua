  webhooks = { -- "tandem serve" takes them at /hooks/{{name}}
    scheme = "hmac_sha256",
    secret = env "{{NAME}}_WEBHOOK_SECRET",
    header = "X-Signature",
    prefix = "sha256=",
  },
