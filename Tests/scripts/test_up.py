"""scripts/up around the build: what reaches it, what is said of it, and who may not even begin.

A copy of the scripts with a stand-in for swift: nothing is built, and nothing is started.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SWIFT = """#!/usr/bin/env bash
here=$(dirname "$0")
[ "$1" = build ] || exit 0
env >>"$here/environment"
echo ---- >>"$here/environment"
if [ -e "$here/failure" ]; then cat "$here/failure"; exit 1; fi
if [ -e "$here/slow" ]; then
  echo "[7/9] Compiling Slow"
  # A compiler in a group of its own, as SwiftPM starts them.
  set -m
  (exec -a "compiler of $here" sleep 600) &
  until [ -e "$here/fast" ]; do sleep 0.1; done
  kill %1
fi
mkdir -p .build/release
printf '#!/bin/sh\\necho "cairn $*"\\n' >.build/release/cairn
chmod +x .build/release/cairn
"""


class UpTests(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="cairn up ")
        self.addCleanup(place.cleanup)
        os.chmod(place.name, 0o755)
        self.clone = Path(place.name, "clone")
        self.tools = Path(place.name, "tools")
        for folder in (self.clone / "scripts", self.tools):
            folder.mkdir(parents=True)
        for script in ("up", "lib.sh"):
            shutil.copy(ROOT / "scripts" / script, self.clone / "scripts")
        (self.tools / "swift").write_text(SWIFT)
        (self.tools / "swift").chmod(0o755)

    def up(self, *arguments, before=(), **environment):
        path = f"{self.tools}:{os.environ['PATH']}"
        return subprocess.run(
            [*before, self.clone / "scripts" / "up", *arguments], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, env={**os.environ, "PATH": path, **environment},
        )  # fmt: skip

    def builds(self):
        """The environments of the builds that there were, one a build, without what bash adds to its own."""
        text = (self.tools / "environment").read_text()
        return [
            {line for line in build.splitlines() if line.split("=")[0] not in ("_", "SHLVL", "PWD", "OLDPWD")}
            for build in text.split("----\n")[:-1]
        ]

    def test_a_build_gets_the_same_environment_whatever_the_terminal_has(self):
        self.up(TERM="dumb", HOME="/home/ann")
        path = f"{self.clone}/.build/release:{self.tools}:{os.environ['PATH']}"
        self.up(TERM="xterm", FOO="1", HOME="/home/ann", PATH=path)
        first, second = self.builds()
        self.assertEqual(first, second)
        self.assertIn("HOME=/home/ann", first)

    def test_a_proxy_and_whom_to_trust_reach_a_build(self):
        self.up(https_proxy="http://proxy:3128", SSL_CERT_FILE="/etc/own.pem")
        self.assertLessEqual({"https_proxy=http://proxy:3128", "SSL_CERT_FILE=/etc/own.pem"}, self.builds()[0])

    def test_the_pause_is_explained_each_time_and_up_gets_its_arguments(self):
        first = self.up("--port", "8081")
        self.assertIn("building (release), the first time all of it: ", first.stdout)
        self.assertIn("cairn up --port 8081", first.stdout)
        self.assertIn("building what has changed (release)", self.up().stdout)

    def test_wrong_arguments_are_told_before_the_build(self):
        for arguments, what in (
            (("--prot", "8081"), "there is no --prot"),
            (("8081",), "there is no 8081"),
            (("--port",), "--port needs a value"),
            (("--workers", "many"), "--workers takes a number, not 'many'"),
            (("--shop-port=",), "--shop-port takes a number, not ''"),
            (("--no-sample", "--exit-after-sample"), "--exit-after-sample and --no-sample exclude each other"),
            (("--exit-after-sample", "--workers=0"), "--exit-after-sample needs at least one worker"),
            (("--port", "8081", "--port=8082"), "--port is given twice"),
        ):
            with self.subTest(arguments):
                outcome = self.up(*arguments)
                self.assertEqual(outcome.returncode, 2)
                self.assertEqual(outcome.stderr.splitlines()[0], f"error: {what}")
                self.assertIn("--exit-after-sample", outcome.stderr)
                self.assertFalse((self.tools / "environment").exists(), "nothing is built")

    def test_every_argument_of_cairn_up_is_known(self):
        source = (ROOT / "Sources/cairn/Up/Up.swift").read_text()
        words = re.findall(r"@(?:Option|Flag)\(.*?\bvar (\w+)(.*?)\n", source, re.DOTALL)
        self.assertGreaterEqual(len(words), 6)
        for name, rest in words:
            option = "--" + re.sub("[A-Z]", lambda letter: "-" + letter[0].lower(), name)
            value = "false" not in rest
            with self.subTest(option):
                outcome = self.up(option, *(["8081"] if value else []))
                self.assertEqual(outcome.returncode, 0, outcome.stderr)
                self.assertIn(f"cairn up {option}", outcome.stdout)
        self.assertEqual(self.up("--json").returncode, 0)

    def compilers(self):
        """The compilers of the stand-in that run."""
        found = subprocess.run(["pgrep", "-f", f"^compiler of {self.tools}"], capture_output=True, text=True)
        return found.stdout.split()

    def slow(self):
        """A build that goes on until there is a file `fast`; what scripts/up says is read as it comes."""
        (self.tools / "slow").touch()
        process = subprocess.Popen(
            [self.clone / "scripts" / "up"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, env={**os.environ, "PATH": f"{self.tools}:{os.environ['PATH']}", "CAIRN_PROGRESS_SECONDS": "1"},
        )  # fmt: skip
        self.addCleanup(process.stdout.close)
        for line in process.stdout:
            if "still building" in line:
                return process, line
        self.fail("it never says that it is building")

    def test_without_a_terminal_a_build_says_now_and_then_how_far_it_is(self):
        process, line = self.slow()
        self.assertRegex(line, r"^  still building after \d+ s: \[7/9\]$")
        (self.tools / "fast").touch()
        self.assertIn("cairn up", process.communicate()[0])

    def test_a_signal_ends_the_compilers_before_it_ends_the_script(self):
        for number, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)):
            with self.subTest(number):
                process, _ = self.slow()
                self.assertEqual(len(self.compilers()), 1)
                process.send_signal(number)
                self.assertIn("stopping the compilers", process.communicate(timeout=60)[0])
                self.assertEqual((process.returncode, self.compilers()), (code, []))

    def test_help_needs_no_build(self):
        outcome = self.up("--help")
        self.assertEqual((outcome.returncode, outcome.stderr), (0, ""))
        self.assertIn("--shop-port", outcome.stdout)
        self.assertFalse((self.tools / "environment").exists())

    def test_what_was_built_in_another_place_is_built_anew_and_what_was_fetched_stays(self):
        self.assertEqual(self.up().returncode, 0)
        for name in ("repositories/nio", "checkouts/nio", "x86_64/debug"):
            (self.clone / ".build" / name).mkdir(parents=True)
        self.assertNotIn("anew", self.up().stderr)
        self.assertTrue((self.clone / ".build/x86_64").exists())
        before, self.clone = self.clone, self.clone.with_name("moved clone")
        before.rename(self.clone)
        outcome = self.up()
        self.assertEqual(outcome.returncode, 0, outcome.stderr)
        self.assertEqual(outcome.stderr, f"note: this was built in {before}; all of it is built anew here\n")
        self.assertFalse((self.clone / ".build/x86_64").exists() or (self.clone / ".build/checkouts").exists())
        self.assertTrue((self.clone / ".build/repositories/nio").exists())
        self.assertEqual(self.up().stderr, "")

    def test_a_dependency_that_cannot_be_fetched_shows_what_git_says(self):
        (self.tools / "failure").write_text(
            "Fetching https://example.com/swift-nio.git\n"
            "error: Failed to clone repository https://example.com/swift-nio.git:\n"
            "    Cloning into bare repository '/x'...\n"
            "    fatal: unable to access 'https://example.com/swift-nio.git/': Could not resolve host: example.com\n"
        )
        outcome = self.up()
        self.assertEqual(outcome.returncode, 1)
        self.assertIn("error: Failed to clone repository", outcome.stderr)
        self.assertIn("fatal: unable to access", outcome.stderr)
        self.assertNotIn("Cloning into", outcome.stderr)

    def test_a_failure_without_an_error_shows_the_end_of_the_log(self):
        (self.tools / "failure").write_text("Killed\n")
        self.assertIn("Killed", self.up().stderr)

    @unittest.skipUnless(os.getuid() == 0, "only root can leave something of root's behind")
    def test_what_somebody_else_left_is_named_before_the_build_with_its_owner_and_a_way_out(self):
        nobody = pwd.getpwnam("nobody")
        os.chown(self.clone, nobody.pw_uid, nobody.pw_gid)
        for folder, arguments in ((".cairn", ()), ("other data", ("--data", "other data")), (".build", ())):
            with self.subTest(folder):
                (self.clone / folder / "postgres").mkdir(parents=True)
                (self.clone / folder).chmod(0o700)
                as_nobody = ("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups")
                outcome = self.up(*arguments, before=as_nobody)
                self.assertEqual(outcome.returncode, 1)
                self.assertEqual(len(outcome.stderr.splitlines()), 2, outcome.stderr)
                self.assertIn(f"{folder} belongs to root and cannot be written by nobody", outcome.stderr)
                quoted = str(self.clone / folder).replace(" ", "\\ ")
                self.assertIn(f"sudo chown -R nobody: {quoted}", outcome.stderr)
                self.assertFalse((self.tools / "environment").exists(), "nothing is built")
                shutil.rmtree(self.clone / folder)

    @unittest.skipUnless(os.getuid() == 0, "only root can build for somebody else")
    def test_what_root_builds_in_the_clone_of_somebody_else_is_given_back(self):
        nobody = pwd.getpwnam("nobody")
        os.chown(self.clone, nobody.pw_uid, nobody.pw_gid)
        (self.clone / ".build").mkdir()
        self.assertEqual(self.up().returncode, 0)
        self.assertEqual((self.clone / ".build/release/cairn").stat().st_uid, nobody.pw_uid)


if __name__ == "__main__":
    unittest.main()
