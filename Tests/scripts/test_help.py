"""Every script says what it does when it is asked, at once, and refuses what it does not know."""

import subprocess
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


class HelpTests(unittest.TestCase):
    def run_script(self, name, *arguments):
        # Without a toolchain in its path, a script that went on would say that there is none.
        return subprocess.run(
            [SCRIPTS / name, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
            env={"PATH": "/usr/bin:/bin"},
        )  # fmt: skip

    def test_help_does_nothing_else(self):
        for name in ("up", "test", "lint", "chaos"):
            for arguments in (("--help",), ("-h",)):
                with self.subTest(name, arguments=arguments):
                    outcome = self.run_script(name, *arguments)
                    self.assertEqual((outcome.returncode, outcome.stderr), (0, ""))
                    self.assertTrue(outcome.stdout.startswith(f"scripts/{name}"), outcome.stdout)
                    self.assertNotIn("==", outcome.stdout)

    def test_what_is_not_known_is_refused(self):
        for name, argument in (("test", "--filtre"), ("lint", "all")):
            with self.subTest(name):
                outcome = self.run_script(name, argument)
                self.assertEqual(outcome.returncode, 2)
                self.assertIn(argument, outcome.stderr.splitlines()[0])


if __name__ == "__main__":
    unittest.main()
