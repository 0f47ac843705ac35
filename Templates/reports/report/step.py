"""A step as `cairn.process` runs it: input JSON on stdin, result JSON on stdout, and three ways to end.

Exit 0: done. Exit 75: worth another attempt. Any other: permanent, with one line on stderr that says why.
"""

import errno
import json
import os
import sys

RETRYABLE = 75

# What the machine may get over by itself: no room, no memory, too many files, a network file system that stalls.
PASSING = {
    errno.EAGAIN, errno.EBUSY, errno.EDQUOT, errno.EINTR, errno.EIO, errno.EMFILE,
    errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.ESTALE, errno.ETIMEDOUT,
}  # fmt: skip


class Failure(Exception):
    """The step cannot succeed, or not now (`retryable`)."""

    def __init__(self, message, retryable=False):
        super().__init__(message)
        self.retryable = retryable


def run(work):
    """Runs `work(input) -> result` as this process's step, and exits."""
    try:
        result = work(_input())
        json.dump(result, sys.stdout, ensure_ascii=False, separators=(",", ":"))
        sys.stdout.flush()
    except Failure as failure:
        _end(str(failure), RETRYABLE if failure.retryable else 1)
    except OSError as error:
        _end(str(error), RETRYABLE if error.errno in PASSING else 1)


def _input():
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8")
    try:
        document = json.load(sys.stdin)
    except ValueError as error:
        raise Failure(f"the step's input is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise Failure("the step's input is not a JSON object")
    return document


def _end(message, code):
    print(message, file=sys.stderr, flush=True)
    # Not sys.exit: it would try once more to write what could not be written, and end with 120.
    os._exit(code)
