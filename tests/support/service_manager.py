"""Starts a service as systemd would, without it: service_manager.py FOLDER COMMAND...

Gives it two listening sockets (LISTEN_FDS, named api and hooks), a socket for notifications and a watchdog of two
seconds. Writes the ports to FOLDER/ports and each notification as a line "SECONDS MESSAGE" to FOLDER/notes; what it gets
(TERM, HUP) it passes on, and it ends as the service does.
"""

import os
import signal
import socket
import sys
import time

folder, command = sys.argv[1], sys.argv[2:]
notes = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notes.bind(f"{folder}/notify")
notes.settimeout(0.1)
listening = []
for _ in range(2):
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    made.listen(16)
    listening.append(made)
with open(f"{folder}/ports", "w", encoding="utf-8") as ports:
    ports.write(" ".join(str(made.getsockname()[1]) for made in listening))

child = os.fork()
if child == 0:
    for number, made in enumerate(listening):
        os.dup2(made.fileno(), 3 + number, inheritable=True)
    environment = {**os.environ, "LISTEN_FDS": "2", "LISTEN_PID": str(os.getpid()), "LISTEN_FDNAMES": "hooks:api",
                   "NOTIFY_SOCKET": f"{folder}/notify", "WATCHDOG_USEC": "2000000", "WATCHDOG_PID": str(os.getpid())}
    os.execvpe(command[0], command, environment)
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda given, _: os.kill(child, given))

begun = time.monotonic()
with open(f"{folder}/notes", "w", encoding="utf-8") as told:
    status = None
    while status is None:
        try:
            message = notes.recv(4096).decode()
            told.write(f"{time.monotonic() - begun:.1f} {message.replace(chr(10), ' ')}\n")
            told.flush()
        except TimeoutError:
            pass
        ended, code = os.waitpid(child, os.WNOHANG)
        if ended:
            status = os.waitstatus_to_exitcode(code)
sys.exit(status if status >= 0 else 128 - status)
