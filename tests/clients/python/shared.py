"""What the scripts of this folder share: checks, and the program under test."""

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import traceback

# How a client negotiates, and the version that comes of it.
MODES = {"legacy": "2025-11-25", "2026-07-28": "2026-07-28", "auto": "2026-07-28"}

# No answer takes a second, and the whole takes a few; what hangs ends with words.
ANSWER_SECONDS = 20
ALL_SECONDS = 120


def same(got, expected):
    if got != expected:
        raise AssertionError(f"got {got!r}, expected {expected!r}")


class Tally:
    """Prints and counts the checks of a client."""

    def __init__(self, client):
        self.client = client
        self.passed = 0
        self.failed = 0
        self.about = ""

    @contextlib.contextmanager
    def check(self, claim):
        try:
            yield
        except Exception as error:
            self.failed += 1
            script = os.path.abspath(sys.argv[0])
            lines = [
                frame.lineno
                for frame in traceback.extract_tb(error.__traceback__)
                if os.path.abspath(frame.filename) == script
            ]
            line = lines[-1] if lines else "unknown"
            print(f"FAILED  {self.client} {self.about}: {claim}: {error!r} (line {line})")
        else:
            self.passed += 1
            print(f"ok      {self.client} {self.about}: {claim}")

    def run(self, work):
        """Runs all checks, prints how many passed, and ends the script."""
        with self.check("the whole takes its time and no more"):
            asyncio.run(asyncio.wait_for(work, ALL_SECONDS))
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


def beside_failures(log):
    """What a log says beside the calls that failed, which the checks make fail."""
    lines = log.splitlines(keepends=True)
    return "".join(line for line in lines if not re.match(r"tool `\w+` failed, request \d+: ", line))


class Listener:
    """A program that says on stderr where it listens for HTTP."""

    def __init__(self, binary, arguments):
        self.process = subprocess.Popen(
            [binary, *arguments], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        start, self.url = self.process.stderr.readline().rsplit(None, 1)
        same(start, "listening on")

    def kill(self):
        """Ends it without asking."""
        self.process.kill()
        self.process.communicate(timeout=ANSWER_SECONDS)

    def end(self):
        """Asks it to end; gives its status and what it has said."""
        self.process.terminate()
        _, said = self.process.communicate(timeout=ANSWER_SECONDS)
        return self.process.returncode, beside_failures(said)
