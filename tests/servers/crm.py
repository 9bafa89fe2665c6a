"""What the servers that play CRMs have in common: HTTP, a log of requests, faults on demand, and the way in
which MySQL, below all of them, compares and keeps texts.

A server is `serve(description, answer)`: `answer(request)` returns (status, body) or (status, body, headers)
(a body that is a text is sent as it is, anything else as JSON),
or raises Refused. Of every server GET /_writes tells how many write requests there were, POST /_clear
begins to count anew, and POST /_fail {"status": 502, "times": 3} lets the next requests fail. POST /_later {"requests": 3,
"control": "/_role", "body": {..}} uses another control after three more requests: in the middle of a run. With "path",
only the requests for this path count.
"""
import argparse, json, sys, threading, time, unicodedata, urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOCK = threading.RLock()


class Refused(Exception):
    def __init__(self, status, body="", headers=None):
        super().__init__(status)
        self.answer = status, body, headers or {}


class Request:
    def __init__(self, handler):
        url = urllib.parse.urlsplit(handler.path)
        self.method, self.path, self.raw_query, self.headers = handler.command, url.path, url.query, handler.headers
        self.query = urllib.parse.parse_qs(url.query, keep_blank_values=True)
        self.data = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))

    def json(self):
        return json.loads(self.data) if self.data else {}

    def asked(self, name, otherwise=None):
        """One parameter of the query."""
        return self.query.get(name, [otherwise])[0]


class Given:
    """A request to a control that comes from the server itself."""
    def __init__(self, body):
        self.body = body

    def json(self):
        return self.body


def now():
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())


def folded(text):
    """A text as MySQL's usual collation compares it: without case, accents, and blanks at its end."""
    plain = unicodedata.normalize("NFKD", str(text).replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().rstrip(" ")


def compares(operator, own, value):
    """One condition of a list; numbers by their value, texts as MySQL does."""
    if isinstance(own, int):
        value = int(value)
    else:
        own, value = folded(own), folded(value)
    return {"eq": own == value, "neq": own != value, "gt": own > value, "gte": own >= value, "lt": own < value,
            "lte": own <= value}[operator]


def serve(description, answer, controls=None, options=None, is_write=lambda request: request.method != "GET"):
    """Runs a server until it is interrupted. `controls` are paths of the tests' own: path -> function(request);
    `options` are more options of the command line: name -> (type, default, help). They are in `serve.options`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", help="a line for each request")
    for name, (kind, default, text) in (options or {}).items():
        parser.add_argument(name, type=kind, default=default, help=text)
    serve.options = parser.parse_args()
    writes, failures, later = [], [], []
    controls = {
        "/_later": lambda request: later.append(request.json()),
        "/_writes": lambda request: len(writes),
        "/_clear": lambda request: writes.clear(),
        "/_fail": lambda request: failures.extend([request.json()["status"]] * request.json().get("times", 1)),
        **(controls or {})}

    def come_due(request):
        for one in list(later):
            one["requests"] -= one.get("path", request.path) == request.path
            if one["requests"] < 0:
                later.remove(one)
                controls[one["control"]](Given(one["body"]))

    def respond(request):
        if request.path in controls:
            return 200, controls[request.path](request), {}
        come_due(request)
        if is_write(request):
            writes.append((request.method, request.path))
        if failures:
            return failures.pop(0), "<html>Bad gateway</html>", {}
        try:
            found = answer(request)
            return found if len(found) == 3 else (*found, {})
        except Refused as refused:
            return refused.answer

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_request(self):
            request = Request(self)
            with LOCK:
                status, body, headers = respond(request)
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers, "Content-Length": len(data)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(data)
            if serve.options.log and request.path not in controls:
                with open(serve.options.log, "a") as log:
                    log.write(json.dumps({
                        "method": request.method, "path": request.path, "query": request.raw_query, "status": status,
                        "body": request.data.decode("utf-8", "replace")}) + "\n")

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_request

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", serve.options.port), Handler)
    print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)
