#!/usr/bin/env python3
"""Receives webhooks: receiver.py PORT LOG MODE. PORT 0: any, which is printed.

Each request is a line of JSON in LOG, written before it is answered. The file MODE says how: a status, or
"hang": not at all."""
import http.server
import json
import sys
import time


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        with open(sys.argv[2], "a", encoding="utf-8") as log:
            log.write(json.dumps({"headers": headers, "body": body}) + "\n")
        mode = open(sys.argv[3], encoding="utf-8").read().strip()
        if mode == "hang":
            time.sleep(30)
            return
        self.send_response(int(mode))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
