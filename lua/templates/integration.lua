--- {{name}}: which objects there are, in the order in which they sync.
return {
  name = "{{name}}",
  display_name = "{{name}}",
  version = "0.1.0",
  api = 1,
  objects = {
{{objects}}  },
}
