"""A server that does what a hostile or broken one does, by path; prints "listening on URL".

/echo     the headers of the request as JSON          /link    a Link header that repeats the query
/latin    the same in a body that is no UTF-8         /nul     the same in a body with a NUL
/bomb     60 MiB of blanks, gzipped                   /reset   says that the limit ends in 28 years
/login    an access token, for any request            others   {}
"""
import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BOMB = gzip.compress(b" " * (60 << 20), 1)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        path, _, query = self.path.partition("?")
        said = (self.headers.get("Authorization") or "").encode()
        headers, body = {"Content-Type": "application/json"}, b"{}"
        if path == "/echo":
            body = json.dumps({"headers": dict(self.headers)}).encode()
        elif path == "/link":
            headers["Link"] = f"<{self.path}&page=2>; rel=\"next\""
        elif path == "/latin":
            body = b"\xfftok=" + said
        elif path == "/nul":
            body = b"tok=" + said + b"\0rest"
        elif path == "/bomb":
            headers["Content-Encoding"], body = "gzip", BOMB
        elif path == "/reset":
            headers.update({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "900000000"})
        elif path.endswith("/login"):
            body = json.dumps({"access_token": "TOKENFROMLOGIN01", "refresh_token": "REFRESHFROMLOGIN",
                               "expires_in": 3600, "token_type": "bearer"}).encode()
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
threading.Event().wait()
