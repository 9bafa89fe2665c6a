#!/usr/bin/env python3
"""A server that speaks HTTP/2 over TLS only, for tests of the engine's client.

    http2.py CERTIFICATE KEY      prints: listening on https://localhost:PORT

What a request asks for is its path:
    /echo              what it was: method, headers (pseudo headers included), length of the body
    /together?n=4      answered when n of them are open on the connection, or after two seconds
    /large?bytes=N     N bytes
    /limited           429 with Retry-After the first time
    /refused           the stream is reset by REFUSED_STREAM the first time: nothing was done
    /reset             ... by INTERNAL_ERROR after the request was carried out
    /goaway-before     GOAWAY says the first time that this stream was not looked at
    /goaway-after      GOAWAY says that this stream was the last one looked at, and it is answered
    /dropped           the connection is cut after the request was carried out, the first time
    /_seen             {path: how often it was carried out}, connections, most streams at once
"""
import json, socket, ssl, sys, threading, time
from collections import Counter
from urllib.parse import parse_qs, urlsplit

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, RequestReceived, StreamEnded, StreamReset, WindowUpdated
from h2.exceptions import ProtocolError

seen, met, totals, lock = Counter(), Counter(), {"connections": 0, "most": 0}, threading.Lock()


class Connection:
    def __init__(self, stream):
        self.stream = stream
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self.requests, self.waiting, self.to_send, self.ended = {}, [], {}, False

    def run(self):
        self.h2.initiate_connection()
        self.flush()
        self.stream.settimeout(0.05)
        while not self.ended:
            try:
                data = self.stream.recv(65536)
                if not data:
                    return
                events = self.h2.receive_data(data)
            except (socket.timeout, ssl.SSLWantReadError):
                events = []
            except (OSError, ProtocolError):
                return
            for event in events:
                self.take(event)
            self.release(time.monotonic())
            self.flush()

    def flush(self):
        try:
            self.stream.sendall(self.h2.data_to_send())
        except OSError:
            self.ended = True

    def take(self, event):
        if isinstance(event, RequestReceived):
            self.requests[event.stream_id] = [event.headers, 0]
            with lock:
                totals["most"] = max(totals["most"], len(self.requests))
        elif isinstance(event, DataReceived):
            self.requests[event.stream_id][1] += len(event.data)
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamEnded):
            self.carry_out(event.stream_id)
        elif isinstance(event, StreamReset):
            self.requests.pop(event.stream_id, None)
            self.to_send.pop(event.stream_id, None)
        elif isinstance(event, WindowUpdated):
            for stream_id in list(self.to_send):
                self.send(stream_id)

    def carry_out(self, stream_id):
        headers, length = self.requests[stream_id]
        pairs = dict(headers)
        url = urlsplit(pairs[":path"])
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        with lock:
            met[pairs[":path"]] += 1
            first = met[pairs[":path"]] == 1
        kind = url.path.strip("/")
        if kind == "refused" and first:
            self.requests.pop(stream_id)
            return self.h2.reset_stream(stream_id, ErrorCodes.REFUSED_STREAM)
        if kind == "goaway-before" and first:
            self.h2.close_connection(ErrorCodes.NO_ERROR, last_stream_id=max(0, stream_id - 2))
            self.ended = True
            return None
        if kind == "_seen":
            with lock:
                return self.answer(stream_id, 200, json.dumps({**totals, "paths": seen}).encode())
        with lock:
            seen[pairs[":path"]] += 1
        if kind == "reset" and first:
            self.requests.pop(stream_id)
            return self.h2.reset_stream(stream_id, ErrorCodes.INTERNAL_ERROR)
        if kind == "dropped" and first:
            self.flush()
            self.ended = True
            return None
        if kind == "limited" and first:
            return self.answer(stream_id, 429, b"{}", [("retry-after", "3")])
        if kind == "together":
            return self.waiting.append((stream_id, int(query["n"]), time.monotonic()))
        if kind == "large":
            return self.answer(stream_id, 200, b"x" * int(query["bytes"]))
        if kind == "goaway-after":
            self.answer(stream_id, 200, b"{}")
            self.flush()
            self.h2.close_connection(ErrorCodes.NO_ERROR, last_stream_id=stream_id)
            self.ended = True
            return None
        told = {"headers": headers, "bytes": length}
        return self.answer(stream_id, 200, json.dumps(told).encode(), [("x-told", "yes"), ("x-told", "twice")])

    def release(self, now):
        for entry in list(self.waiting):
            stream_id, wanted, since = entry
            if len(self.waiting) >= wanted or now - since > 2:
                for other, _, _ in self.waiting:
                    self.answer(other, 200, b"%d" % len(self.waiting))
                self.waiting.clear()
                return

    def answer(self, stream_id, status, body, headers=()):
        self.h2.send_headers(stream_id, [(":status", str(status)), ("content-type", "application/json"),
                                         ("content-length", str(len(body))), *headers])
        self.to_send[stream_id] = body
        self.send(stream_id)

    def send(self, stream_id):
        body = self.to_send[stream_id]
        while body:
            room = min(self.h2.local_flow_control_window(stream_id), self.h2.max_outbound_frame_size)
            if room <= 0:
                self.to_send[stream_id] = body
                return
            self.h2.send_data(stream_id, body[:room])
            body = body[room:]
            self.flush()
        del self.to_send[stream_id]
        self.requests.pop(stream_id, None)
        self.h2.end_stream(stream_id)


def serve(plain, context):
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = context.wrap_socket(plain, server_side=True)
    except OSError:
        return
    with stream:
        if stream.selected_alpn_protocol() != "h2":
            return
        with lock:
            totals["connections"] += 1
        Connection(stream).run()


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    context.set_alpn_protocols(["h2"])
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"listening on https://localhost:{listener.getsockname()[1]}", flush=True)
    while True:
        plain, _ = listener.accept()
        threading.Thread(target=serve, args=(plain, context), daemon=True).start()


main()
