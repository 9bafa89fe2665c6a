"""Runs what a Markdown file shows: readme.py [--update] FILE

--update: write what the commands print now into the file instead of comparing it.

Blocks marked ```console hold commands ("$ command", continued while a line ends with a backslash) and,
below each, its output. All commands of the file run in order in one bash; the output must be what the file
says, but for times, temporary names, ports and figures of bytes. Blocks marked ```sh are commands without
output: they must succeed; those that this very test is part of (scripts/test, scripts/demo) are not run
here, but must exist.
"""

import os
import re
import subprocess
import sys
import tempfile

VARIABLE = [
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?", "<time>"),
    (r"\d+\.\d+ s\b", "<seconds>"),
    (r"/tmp/[A-Za-z0-9._/-]+", "<temporary>"),
    (r"\b\d+ bytes in, \d+ out", "<bytes>"),
    (r"\b\d+ files written", "<files>"),
    (r"127\.0\.0\.1:\d+", "<address>"),
    (r"[ \t]+", " "),
]
RUN_ELSEWHERE = ("scripts/test", "scripts/demo")


def normal(text):
    for pattern, name in VARIABLE:
        text = re.sub(pattern, name, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def steps(markdown):
    """(line, command, expected output or None)"""
    for block in re.finditer(r"^```(console|sh)\n(.*?)^```", markdown, re.S | re.M):
        line = markdown[: block.start()].count("\n") + 2
        if block[1] == "sh":
            for offset, command in enumerate(block[2].splitlines()):
                command = re.sub(r"(^|\s)#.*", "", command).strip()
                if command:
                    yield line + offset, command, None
            continue
        command, output, at = None, [], line
        for offset, text in enumerate(block[2].splitlines()):
            if command and command.endswith("\\") and not output:
                command = command[:-1] + text.strip()
            elif text.startswith("$ "):
                if command is not None:
                    yield at, command, "\n".join(output)
                command, output, at = text[2:], [], line + offset
            else:
                output.append(text)
        if command is not None:
            yield at, command, "\n".join(output)


class Shell:
    """One bash for all commands, so that variables and folders stay."""

    def __init__(self):
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, bufsize=1,
        )

    def run(self, command):
        mark = "end-of-command-%d" % os.getpid()
        self.process.stdin.write(f"{command}\necho \"\n{mark} $?\"\n")
        self.process.stdin.flush()
        output = []
        for line in self.process.stdout:
            if line.startswith(mark):
                return "".join(output)[:-1], int(line.split()[1])
            output.append(line)
        return "".join(output), -1


def update(path):
    """Writes the outputs of all ```console blocks anew."""
    shell = Shell()
    with open(path) as file:
        markdown = file.read()
    made = []

    def again(block):
        lines = ["```console"]
        for _, command, _ in steps(block[0]):
            lines.append("$ " + command)
            output, _ = shell.run(command)
            lines += [line.rstrip() for line in output.rstrip("\n").split("\n") if output.strip()]
        made.append(block)
        return "\n".join(lines) + "\n```"

    markdown = re.sub(r"^```console\n.*?^```", again, markdown, flags=re.S | re.M)
    with open(path, "w") as file:
        file.write(markdown)
    shell.run("kill $(jobs -p) 2>/dev/null")
    shell.process.kill()


def main():
    if sys.argv[1] == "--update":
        return update(sys.argv[2])
    path = sys.argv[1]
    shell, failed = Shell(), 0
    with open(path) as file:
        markdown = file.read()
    with tempfile.TemporaryDirectory(prefix="tandem-readme.") as scratch:
        os.environ["TMPDIR"] = scratch
        for line, command, expected in steps(markdown):
            name = f"{path}:{line}: {command.splitlines()[0]}"
            if command.split()[0] in RUN_ELSEWHERE:
                good, details = os.access(command.split()[0], os.X_OK), "no such program"
            else:
                output, code = shell.run(command)
                good = code == 0 if expected is None else normal(output) == normal(expected)
                details = f"exit code {code}\n--- shown\n{expected}\n--- found\n{output}"
            print(("ok " if good else "not ok ") + name, flush=True)
            if not good:
                print(details, flush=True)
                failed += 1
    shell.run("kill $(jobs -p) 2>/dev/null")
    shell.process.kill()
    sys.exit(1 if failed else 0)


main()
