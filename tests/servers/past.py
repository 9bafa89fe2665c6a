#!/usr/bin/env python3
"""A third party with a long past, for tests of 'tandem backfill'.

Records are made up as they are asked for: `--days` days from 2026-01-01 on, `--pages` pages of
`--size` records each day. `GET /records?from=&to=&page=` answers one page of a window that begins
within a day; whatever was asked is counted and logged. `GET /_log` gives the log, a list of
[second, day, page]; `POST /_control` changes what the options say.

--twins      every day has the same people: the same e-mail addresses under ids of the day's own
--same       every day has the very same records, ids included
"""
import argparse, json, sys, threading, time
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

FIRST = datetime(2026, 1, 1, tzinfo=timezone.utc)
options = argparse.ArgumentParser()
options.add_argument("--days", type=int, default=10)
options.add_argument("--pages", type=int, default=3)
options.add_argument("--size", type=int, default=10)
options.add_argument("--latency", type=float, default=0, help="milliseconds")
options.add_argument("--twins", action="store_true")
options.add_argument("--same", action="store_true")
options.add_argument("--fail", type=int, nargs="*", default=[], help="days whose first page fails")
options = options.parse_args()
log, lock = [], threading.Lock()


def record(day, number):
    own = number if options.same else day * 1000000 + number
    person = number if options.twins or options.same else own
    return {"id": str(own), "email": f"p{person}@example.com", "name": f"Person {person}",
            "at": f"2026-01-01T00:00:00Z" if options.same else
                  datetime.fromtimestamp(FIRST.timestamp() + day * 86400 + number % 86000, timezone.utc)
                  .strftime("%Y-%m-%dT%H:%M:%SZ")}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self, status, body):
        body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/_log":
            return self.answer(200, log)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        begin = datetime.fromisoformat(query["from"].replace("Z", "+00:00"))
        day = int((begin.timestamp() - FIRST.timestamp()) // 86400)
        page = int(query["page"])
        with lock:
            log.append([time.time(), day, page])
        time.sleep(options.latency / 1000)
        if day in options.fail:
            return self.answer(400, {"message": "this day is broken"})
        records = []
        if 0 <= day < options.days and page <= options.pages:
            first = (page - 1) * options.size
            records = [record(day, first + i) for i in range(options.size)]
        self.answer(200, {"records": records, "next": str(page + 1) if page < options.pages else "end"})

    def do_POST(self):
        change = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if change.pop("forget", False):
            with lock:
                log.clear()
        vars(options).update(change)
        self.answer(200, {})

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


server = Server(("127.0.0.1", 0), Handler)
print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    sys.exit(0)
