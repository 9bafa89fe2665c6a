"""How long an edit takes to the other side while `tandem serve` runs: by webhook here, by itself there."""
import hashlib
import hmac
import json
import os
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

SECRET = "hook-secret"
PATIENCE = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def post(url, document, headers=None):
    body = json.dumps(document).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json", **(headers or {})})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer) if answer.headers.get_content_type() == "application/json" else None


def until(check):
    """Seconds until it is true; looked at every two milliseconds."""
    begun = time.perf_counter()
    while not check():
        if time.perf_counter() - begun > PATIENCE:
            raise TimeoutError("an edit has not arrived")
        time.sleep(0.002)
    return time.perf_counter() - begun


class Installation:
    """hello.world with webhooks, a home, and the service; `with` starts and ends them."""

    def __init__(self, tandem, hello_world, root):
        self.tandem, self.hello_world, self.root = tandem, hello_world, root
        self.children = []

    def __enter__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="tandem-bench-")
        home = Path(self.scratch.name) / "home"
        self.hooks, world, listen = free_port(), free_port(), free_port()
        self.world = f"http://127.0.0.1:{world}"
        env = dict(os.environ, TANDEM_HOME=str(home), TANDEM_DATA=str(self.root), HELLOWORLD_URL=self.world, HOOK_SECRET=SECRET,
                   HELLOWORLD_CLIENT_ID="hello", HELLOWORLD_CLIENT_SECRET="secret-of-tests")

        def start(*command):
            self.children.append(subprocess.Popen([str(word) for word in command], env=env, stdout=subprocess.DEVNULL,
                                                  stderr=subprocess.DEVNULL))

        start(self.hello_world, "--port", world, "--seed", 20, "--client-secret", "secret-of-tests", "--webhook",
              f"http://127.0.0.1:{self.hooks}/hooks/helloworld")
        subprocess.run([self.tandem, "init", "--quiet", home], env=env, check=True)
        file = home / "config/integrations/helloworld.lua"
        file.write_text(file.read_text().replace("  mapping = {", '  schedule = false,\n  webhooks = { scheme = "hmac_sha256", '
                        'secret = env "HOOK_SECRET", header = "X-Signature", prefix = "sha256=" },\n  mapping = {', 1))
        until(lambda: socket.socket().connect_ex(("127.0.0.1", world)) == 0)
        subprocess.run([self.tandem, "sync", "helloworld", "--first-time-sync", "--quiet"], env=env, check=True)
        start(self.tandem, "serve", "--listen", f"127.0.0.1:{listen}", "--hooks", f"127.0.0.1:{self.hooks}")
        until(lambda: socket.socket().connect_ex(("127.0.0.1", self.hooks)) == 0)
        self.store = sqlite3.connect(home / "var/tandem.db", isolation_level=None, timeout=PATIENCE)
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            child.terminate()
        for child in self.children:
            child.wait()
        self.store.close()
        self.scratch.cleanup()

    def deliver(self, document):
        body = json.dumps(document).encode()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(f"http://127.0.0.1:{self.hooks}/hooks/helloworld", body, {"X-Signature": f"sha256={signature}"})
        urllib.request.urlopen(request, timeout=PATIENCE).close()

    def edit_there(self, number):
        """Seconds until an edit there is here."""
        post(f"{self.world}/_edit", {"object": "citizen", "id": number % 20 + 1, "fields": {"first_name": f"There{number}"}})
        return until(lambda: self.store.execute("SELECT 1 FROM contact WHERE firstname = ?", (f"There{number}",)).fetchone())

    def edit_here(self, number):
        """Seconds until an edit here is there."""
        self.store.execute("UPDATE contact SET lastname = ? WHERE email = ?",
                           (f"Here{number}", f"citizen{number % 20 + 1}@hello.world"))
        return until(lambda: f"Here{number}".encode() in urllib.request.urlopen(f"{self.world}/_state").read())


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def measure(tandem, hello_world, root, edits, deliveries_a_second=100):
    """{direction: (median, p99)} of `edits` edits each, beside so many other deliveries a second."""
    stop = threading.Event()
    with Installation(tandem, hello_world, root) as installation:
        def noise():
            number = 0
            while not stop.wait(1 / deliveries_a_second):
                number += 1
                installation.deliver({"events": [{"object": "citizen", "id": number % 20 + 1, "number": number}]})
        thread = threading.Thread(target=noise, daemon=True)
        thread.start()
        found = {}
        try:
            for name, edit in (("an edit there is here", installation.edit_there), ("an edit here is there", installation.edit_here)):
                times = [edit(number) for number in range(edits)]
                found[name] = (percentile(times, 0.5), percentile(times, 0.99))
        finally:
            stop.set()
            thread.join()
        return found
