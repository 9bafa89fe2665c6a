"""What the test servers of vendors share: HTTP, a log of requests and answers, and control from tests.

A server is an object with `answer(request)` that returns (status, body) or (status, body, headers), and perhaps
`control(settings)`. GET /_writes answers how many requests wanted to change something, POST /_clear counts
anew, POST /_control hands on settings, GET /_state is the server's `state()`. POST /_fail {"status": 502, "times": 1, "path":
PATTERN, "headers": {}} lets the next requests fail whose path fits, with the body `fault(status)`.
"""
import argparse, json, re, sys, threading, urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Request:
    def __init__(self, method, target, headers, data):
        url = urllib.parse.urlsplit(target)
        self.method, self.path, self.headers, self.data = method, urllib.parse.unquote(url.path), headers, data
        self.raw_path, self.query_text = url.path, url.query
        self.query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))

    @property
    def json(self):
        return json.loads(self.data or b"null")

    @property
    def form(self):
        return dict(urllib.parse.parse_qsl(self.data.decode()))


class Refused(Exception):
    """An answer that is no success: raised anywhere, sent as it is."""

    def __init__(self, status, body, headers=None):
        super().__init__(str(body))
        self.status, self.body, self.headers = status, body, headers or {}


class Window:
    """A limit of so many in so many seconds, over the last ones."""

    def __init__(self, most, seconds):
        self.most, self.seconds, self.times = most, seconds, []

    def take(self, now, amount=1):
        self.times = [at for at in self.times if at > now - self.seconds]
        if len(self.times) + amount > self.most:
            return False
        self.times += [now] * amount
        return True

    def left(self, now):
        return self.most - sum(at > now - self.seconds for at in self.times)


def serve(server, description, reads=None):
    """Runs the server until it is ended. `reads` matches paths of POSTs that only ask."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log")
    options = parser.parse_args()
    lock, counts, failures = threading.RLock(), {"writes": 0}, []
    log = open(options.log, "a", buffering=1) if options.log else None

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments):
            pass

        def body(self):
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            data = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data

        def own(self, request):
            if request.path == "/_writes":
                return counts["writes"]
            if request.path == "/_clear":
                counts["writes"] = 0
                return 0
            if request.path == "/_fail":
                failures.extend([request.json] * request.json.get("times", 1))
                return {}
            if request.path == "/_state":
                return server.state()
            return server.control(request.json or {})

        def handle_request(self):
            data = self.body()
            request, headers = Request(self.command, self.path, self.headers, data), {}
            with lock:
                if request.path.startswith("/_"):
                    return self.send(200, self.own(request), {})
                if self.command != "GET" and not (reads and re.search(reads, request.path)):
                    counts["writes"] += 1
                try:
                    due = next((one for one in failures if re.search(one.get("path", ""), request.path)), None)
                    if due:
                        failures.remove(due)
                        raise Refused(due["status"], server.fault(due["status"]), due.get("headers"))
                    status, body, *more = server.answer(request)
                    headers = more[0] if more else {}
                except Refused as refused:
                    status, body, headers = refused.status, refused.body, refused.headers
                headers = {**getattr(server, "headers", dict)(), **headers}
            if log:
                log.write(json.dumps({
                    "method": self.command, "path": request.raw_path, "query": request.query_text, "status": status,
                    "body": data.decode("utf-8", "replace"), "answer": body, "agent": self.headers.get("User-Agent"),
                    "authorization": self.headers.get("Authorization") or "" }) + "\n")
            self.send(status, body, headers)

        def send(self, status, body, headers):
            text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
            self.send_response(status)
            headers = {"Content-Type": "application/json;charset=utf-8", **headers}
            for name, value in headers.items():
                self.send_header(name, str(value))
            if status == 204:
                return self.end_headers()
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_request

    http = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    http.daemon_threads = True
    server.address = f"http://127.0.0.1:{http.server_address[1]}"
    print("listening on", server.address, flush=True)
    sys.stdout.flush()
    http.serve_forever()
