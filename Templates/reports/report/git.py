"""git, asked by a program: plumbing formats, NUL-separated records, and its refusals in words a reader can act on."""

import os
import subprocess
import tempfile
from pathlib import Path

from .step import Failure

# A worker may itself run inside a git hook; its repository must not be taken for the one that is asked about.
_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE")
_ENVIRONMENT = {key: value for key, value in os.environ.items() if key not in _FOREIGN}
_ENVIRONMENT.update(LC_ALL="C", GIT_OPTIONAL_LOCKS="0", GIT_TERMINAL_PROMPT="0")


class Repository:
    """The repository that `path` is in (default: the current directory), as its HEAD stands now."""

    def __init__(self, path=None):
        if path is not None and not isinstance(path, str):
            raise Failure(f"path must be a string, not {path!r}")
        self.path = os.path.abspath(path or ".")
        if not os.path.isdir(self.path):
            raise Failure(f"{self.path} is not a directory")
        self.directory = self.path
        bare = self._line("rev-parse", "--is-bare-repository") == "true"
        top = self._line("rev-parse", "--absolute-git-dir" if bare else "--show-toplevel")
        self.directory = top
        self.name = Path(top).name.removesuffix(".git") or Path(top).parent.name
        head = self._run("rev-parse", "--verify", "--quiet", "HEAD^{commit}", check=False)
        #: None before the first commit.
        self.head = head.strip() or None

    def describe(self):
        branch = self._run("symbolic-ref", "--quiet", "--short", "HEAD", check=False).rstrip("\n")
        return {
            "name": self.name,
            "path": self.directory,
            "head": self.head,
            "branch": branch or None,
            "detached": not branch,
            "shallow": self._line("rev-parse", "--is-shallow-repository") == "true",
        }

    def empty_tree(self):
        """The id of the tree with nothing in it: it differs between SHA-1 and SHA-256 repositories."""
        return self._line("hash-object", "-t", "tree", "--stdin")

    def log(self, *fields):
        """One tuple of `fields` (git's format letters, like %aN) for each commit that HEAD reaches, .mailmap applied."""
        if self.head is None:
            return
        records = self.records(
            "log", "-z", "--no-show-signature", "--encoding=UTF-8", "--date=format:%Y-%m-%d",
            "--format=" + "%x00".join(fields), self.head,
        )  # fmt: skip
        yield from zip(*[iter(records)] * len(fields), strict=True)

    def records(self, *arguments):
        """The NUL-terminated records that a git command prints, one at a time: a long history never sits in memory."""
        with tempfile.TemporaryFile() as errors:
            with self._start(arguments, errors) as process:
                rest = b""
                while chunk := process.stdout.read(1 << 16):
                    *records, rest = (rest + chunk).split(b"\0")
                    for record in records:
                        yield record.decode("utf-8", "replace")
            errors.seek(0)
            self._check(process.returncode, errors.read(), arguments)

    def _line(self, *arguments):
        return self._run(*arguments).rstrip("\n")

    def _run(self, *arguments, check=True):
        with self._start(arguments, subprocess.PIPE) as process:
            output, errors = process.communicate()
        if check or process.returncode < 0:
            self._check(process.returncode, errors, arguments)
        return output.decode("utf-8", "replace")

    def _start(self, arguments, errors):
        try:
            return subprocess.Popen(
                ["git", "-C", self.directory, *arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, env=_ENVIRONMENT,
            )  # fmt: skip
        except FileNotFoundError:
            raise Failure("git is not installed, or not in the worker's PATH") from None

    def _check(self, status, errors, arguments):
        if status == 0:
            return
        said = errors.decode("utf-8", "replace").strip()
        if status < 0:
            raise Failure(f"git {arguments[0]} was ended by signal {-status}", retryable=True)
        if "not a git repository" in said:
            raise Failure(f"{self.path} is not in a git repository")
        if "dubious ownership" in said:
            # Not ours to switch off: a foreign repository's configuration can make git run programs.
            raise Failure(
                f"git refuses {self.path}: it belongs to another user than the one this worker runs as. Run the worker"
                f" as its owner, or trust it: git config --global --add safe.directory '{self.path}'"
            )
        raise Failure(f"git {arguments[0]} failed in {self.directory} (exit {status}): {' '.join(said.split())}")
