"""recording_proxy.py PORT TARGET LOG: hands HTTP requests on to TARGET (http://127.0.0.1:1234) and writes
a JSON line {method, path, status, body} for each: what a sync really sent, whatever the server shows.

A file LOG.before, a regular expression and below it a shell script, makes it run the script once, before it
hands on the first request that has the expression in its body: somebody who is faster. With LOG.after it runs
when the server has answered, before the answer goes back."""
import http.client
import http.server
import json
import os
import re
import subprocess
import sys
import urllib.parse


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_request(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        run_hook("before", body.decode("utf-8", "replace"))
        target = http.client.HTTPConnection(TARGET.hostname, TARGET.port, timeout=120)
        headers = {name: value for name, value in self.headers.items()
                   if name.lower() not in ("host", "connection", "accept-encoding")}
        target.request(self.command, self.path, body, headers)
        response = target.getresponse()
        content = response.read()
        target.close()
        with open(LOG, "a") as log:
            log.write(json.dumps({"method": self.command, "path": self.path, "status": response.status,
                                  "body": body.decode("utf-8", "replace")}) + "\n")
        run_hook("after", body.decode("utf-8", "replace"))
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() in ("content-type", "www-authenticate", "retry-after"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = handle_request

    def log_message(self, *arguments):
        pass


def run_hook(when, body):
    hook = LOG + "." + when
    if os.path.exists(hook):
        pattern, script = open(hook).read().split("\n", 1)
        if re.search(pattern, body):
            os.unlink(hook)
            subprocess.run(["bash", "-c", script], check=True)


TARGET, LOG = urllib.parse.urlsplit(sys.argv[2]), sys.argv[3]
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
