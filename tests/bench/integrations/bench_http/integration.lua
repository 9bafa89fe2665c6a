--- Records by the page from page_server: what a sync costs when it has to wait.
return {
  name = "bench_http",
  display_name = "Bench over HTTP",
  version = "1.0.0",
  api = 1,
  independent_pages = true,
  objects = { { name = "record", internal = "contact" } },
}
