#!/usr/bin/env python3
"""What a terminal shows of a command: terminal.py SECONDS COLUMNS COMMAND...

Runs the command in a pseudo-terminal of COLUMNS columns, copies what it shows, and ends with its exit code. Killed
(SIGKILL) after SECONDS if it has not ended by then (0: never, but for two minutes). Lines of TERMINAL_ANSWERS are
typed one after the other, each when the command shows a question that ends with ": "."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

seconds, columns, command = float(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
answers = os.environ.get("TERMINAL_ANSWERS", "").split("\n") if "TERMINAL_ANSWERS" in os.environ else []
ends = time.monotonic() + (seconds or 120)
while time.monotonic() < ends:
    if not select.select([terminal], [], [], 0.1)[0]:
        continue
    try:
        shown = os.read(terminal, 65536)
    except OSError:
        break
    if not shown:
        break
    sys.stdout.buffer.write(shown)
    if shown.endswith(b": ") and not shown.endswith(b"tandem: ") and answers:  # an error that is half written
        os.write(terminal, answers.pop(0).encode() + b"\n")
else:
    os.kill(child, signal.SIGKILL)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255)
