"""A user answers the questions of two servers, by the official Python SDK or by FastMCP's client,
in each era the client has.

    python3 asking.py python|fastmcp EXAMPLE PROBE [--http]

EXAMPLE is the example `asking` of mcp-runtime, PROBE is `probe-server` or, with --http,
`http-probe`. What a user sees and what a tool answers are the same in each era and over each
transport.
"""

import contextlib
import os
import sys
import tempfile

from mcp import MCPError
from mcp_types import ElicitResult

from shared import ANSWER_SECONDS, MODES, Listener, Tally, beside_failures, same


def accept(**content):
    return ElicitResult(action="accept", content=content)


YES, NO = accept(confirm=True), accept(confirm=False)
ACCEPT_NOTHING = ElicitResult(action="accept")
DECLINE = ElicitResult(action="decline")
CANCEL = ElicitResult(action="cancel")

WHO = "Who sees Hamlet?"
WHO_AGAIN = "Who sees Hamlet?\n\n`name`: missing"


class User:
    """Gives the answers that a check has prepared, and keeps what was asked and told."""

    def __init__(self):
        self.answers = []
        self.asked = []
        self.told = []

    def answer(self, message):
        self.asked.append(message)
        return self.answers.pop(0) if self.answers else CANCEL

    async def progress(self, progress, total, message):
        self.told.append((progress, total, message))


class Official:
    """The client of the official SDK."""

    # It sends any answer.
    refuses_misfits = False

    def __init__(self, target, mode, user, stderr):
        from mcp import Client, StdioServerParameters
        from mcp.client.stdio import stdio_client

        async def answer(context, params):
            return user.answer(params.message)

        if isinstance(target, list):
            parameters = StdioServerParameters(command=target[0], args=target[1:])
            target = stdio_client(parameters, errlog=stderr)
        self.user = user
        self.client = Client(
            target, mode=mode, elicitation_callback=answer, read_timeout_seconds=ANSWER_SECONDS
        )

    def version(self):
        return self.client.protocol_version

    async def call(self, tool, arguments):
        return await self.client.call_tool(tool, arguments, progress_callback=self.user.progress)


class FastMcp:
    """FastMCP's client."""

    # It checks the content of an answer against the form, and fails the question when it does not
    # fit. An accepted form without content is not checked.
    refuses_misfits = True

    def __init__(self, target, mode, user, stderr):
        from fastmcp.client import Client
        from fastmcp.client.transports import StdioTransport

        async def answer(message, response_type, params, context):
            return user.answer(message)

        if isinstance(target, list):
            target = StdioTransport(target[0], target[1:], keep_alive=False, log_file=stderr)
        self.user = user
        self.client = Client(
            target, mode=mode, elicitation_handler=answer, timeout=ANSWER_SECONDS
        )

    def version(self):
        return self.client.protocol_version

    async def call(self, tool, arguments):
        return await self.client.call_tool_mcp(
            tool, arguments, progress_handler=self.user.progress
        )


CLIENTS = {"python": Official, "fastmcp": FastMcp}


class Asked:
    """A client whose user answers as a check says."""

    def __init__(self, client, user):
        self.client = client
        self.user = user

    async def result(self, tool, arguments, conversation):
        """Calls a tool; the questions must be those of the conversation, in its order."""
        self.user.asked.clear()
        self.user.told.clear()
        self.user.answers[:] = [answer for _, answer in conversation]
        try:
            return await self.client.call(tool, arguments)
        finally:
            same(self.user.asked, [message for message, _ in conversation])

    async def text(self, tool, arguments, *conversation):
        result = await self.result(tool, arguments, conversation)
        [block] = result.content
        assert not result.is_error, block.text
        return block.text

    async def data(self, tool, arguments, *conversation):
        result = await self.result(tool, arguments, conversation)
        assert not result.is_error, result.content
        return result.structured_content

    async def failure(self, tool, arguments, *conversation):
        result = await self.result(tool, arguments, conversation)
        [block] = result.content
        assert result.is_error, block.text
        return block.text


async def book(asked, check):
    """The example: a form, then a confirmation. Each call holds one seat, in whatever rounds."""
    is_modern = asked.client.version() >= "2026"
    hamlet = {"play": "Hamlet"}
    ada = accept(name="Ada")

    with check("a form and a confirmation are accepted"):
        student = accept(name="Ada", price="reduced")
        sure = "Book seat 1 for Ada (Reduced)?"
        said = await asked.text("book", hamlet, (WHO, student), (sure, YES))
        same(said, "Ada has seat 1 in Hamlet")
        steps = [(1, 3, "seat 1 is held"), (2, 3, "the guest is Ada"), (3, 3, "booked")]
        # The function runs again for each answer.
        rounds = steps[:1] + steps[:2] + steps if is_modern else steps
        # A report that another one follows within 10 ms may be left out.
        if asked.user.told != rounds[:-2] + rounds[-1:]:
            same(asked.user.told, rounds)

    with check("a form is declined and cancelled"):
        same(await asked.text("book", hamlet, (WHO, DECLINE)), "seat 2 is free again")
        same(await asked.text("book", hamlet, (WHO, CANCEL)), "seat 3 is free again")

    with check("a confirmation is declined, cancelled and answered with no"):
        for seat, answer in [(4, DECLINE), (5, CANCEL), (6, NO)]:
            sure = f"Book seat {seat} for Ada (Full)?"
            said = await asked.text("book", hamlet, (WHO, ada), (sure, answer))
            same(said, f"seat {seat} is free again")

    with check("an answer without content is asked again once"):
        sure = "Book seat 7 for Ada (Full)?"
        talk = [(WHO, ACCEPT_NOTHING), (WHO_AGAIN, ada), (sure, YES)]
        same(await asked.text("book", hamlet, *talk), "Ada has seat 7 in Hamlet")
        talk = [(WHO, ACCEPT_NOTHING), (WHO_AGAIN, ACCEPT_NOTHING)]
        said = await asked.failure("book", hamlet, *talk)
        same(said, "the answer does not fit: `name`: missing")

    if asked.client.refuses_misfits:
        with check("an answer that does not fit ends the call"):
            refused = (WHO, accept(price="reduced"))
            if is_modern:
                try:
                    await asked.result("book", hamlet, [refused])
                except MCPError as error:
                    same(error.code, -32603)
                    assert "'name' is a required property" in error.message, error.message
                else:
                    raise AssertionError("the call was answered")
            else:
                said = await asked.failure("book", hamlet, refused)
                start = "the client refused the question: 'name' is a required property"
                assert said.startswith(start) and said.endswith("(-32603)"), said
    else:
        with check("an answer that does not fit is asked again once"):
            sure = "Book seat 9 for Ada (Full)?"
            talk = [(WHO, accept(price="reduced")), (WHO_AGAIN, ada), (sure, YES)]
            same(await asked.text("book", hamlet, *talk), "Ada has seat 9 in Hamlet")

    with check("the calls before have held a seat each"):
        same(await asked.text("book", hamlet, (WHO, DECLINE)), "seat 10 is free again")


async def probe(asked, check):
    """The tools of the probe that ask."""
    tea = {"item": "tea"}

    with check("`confirm` is accepted, declined and cancelled"):
        same(await asked.text("confirm", tea, ("Confirm tea?", YES)), "confirmed tea")
        for answer in [NO, DECLINE, CANCEL]:
            same(await asked.text("confirm", tea, ("Confirm tea?", answer)), "declined tea")

    with check("`interview` is accepted, declined and cancelled"):
        who = "Who are you?"
        ada = {"name": "Ada", "age": 36, "plan": "paid"}
        data = await asked.data("interview", {}, (who, accept(**ada)))
        same(data, {"answer": "accepted", **ada, "news": False})
        same(await asked.data("interview", {}, (who, DECLINE)), {"answer": "declined"})
        same(await asked.data("interview", {}, (who, CANCEL)), {"answer": "cancelled"})

    with check("`two_questions` asks at once"):
        talk = [("The first?", YES), ("The second?", NO)]
        same(await asked.text("two_questions", {}, *talk), "first=true second=false")

    with check("`three_rounds` asks one after the other"):
        talk = [("Round 1?", YES), ("Round 2?", DECLINE), ("Round 3?", YES)]
        same(await asked.text("three_rounds", {}, *talk), "r1=true r2=false r3=true")

    with check("`purchase` charges once"):
        talk = [(YES, "bought"), (DECLINE, "left"), (CANCEL, "left")]
        for times, (answer, said) in enumerate(talk, 1):
            text = await asked.text("purchase", tea, ("Buy tea?", answer))
            same(text, f"{said} tea, charged {times} times")


@contextlib.contextmanager
def listening(command):
    listener = Listener(command[0], command[1:])
    try:
        yield listener.url
    finally:
        same(listener.end(), (0, ""))


async def everything(way, programs, is_http, tally):
    for mode in MODES:
        tally.about = f"{'http ' if is_http else ''}{mode}"
        for command, talk in programs:
            with (
                tally.check("nothing but failed calls is logged"),
                tempfile.TemporaryFile("w+", encoding="utf-8") as stderr,
                listening(command) if is_http else contextlib.nullcontext(command) as target,
            ):
                user = User()
                client = way(target, mode, user, stderr)
                async with client.client:
                    same(client.version(), MODES[mode])
                    await talk(Asked(client, user), tally.check)
                stderr.seek(0)
                same(beside_failures(stderr.read()), "")


name, example, prober = sys.argv[1], os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3])
is_http = "--http" in sys.argv[4:]
programs = [
    ([example, *(["--http", "127.0.0.1:0"] if is_http else [])], book),
    ([prober, *(["127.0.0.1:0"] if is_http else [])], probe),
]
checks = Tally(name)
checks.run(everything(CLIENTS[name], programs, is_http, checks))
