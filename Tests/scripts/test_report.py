"""The programs of the repository report: their numbers against git's own, and what they do with odd repositories."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = json.loads((ROOT / "Templates" / "reports" / "repository_report.json").read_text())
ODD_FILES = ["with space.txt", "new\nline.txt", "ünï.md", 'quo"te.py', "-dash", "tab\t.txt", "<b>.html", "a|b.md"]
ODD_NAMES = ['<script>alert(1)</script>', "*star* _under_ | pipe", 'Quote "Q" & Söhne', "`tick` [link](http://x.y)"]

sys.path.insert(0, str(ROOT / "Templates" / "reports"))
sys.dont_write_bytecode = True
from report import form, text  # noqa: E402

# git without the user's and the machine's configuration, so that a test is the same everywhere.
CLEAN = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}


def git(folder, *arguments, env=None, stdin=""):
    return subprocess.run(
        ["git", "-C", folder, "-c", "protocol.file.allow=always", *arguments],
        input=stdin, capture_output=True, text=True, check=True, env={**CLEAN, **(env or {})},
    ).stdout  # fmt: skip


def program(name, document, env=None, cwd=ROOT):
    return subprocess.run(
        [ROOT / "Templates" / "reports" / "bin" / name],
        input=document if isinstance(document, str) else json.dumps(document),
        capture_output=True, text=True, env={**CLEAN, **(env or {})}, cwd=cwd, timeout=120,
    )  # fmt: skip


def resolve(value, document):
    """A mapped input as the database resolves it: `$.a.b` is a path, an absent value is null."""
    if isinstance(value, dict):
        return {key: resolve(item, document) for key, item in value.items()}
    if not (isinstance(value, str) and value.startswith("$.")):
        return value
    for key in value[2:].split("."):
        document = document.get(key) if isinstance(document, dict) else None
    return document


def run_template(context, env=None):
    """Every step of the template in order, each with its mapped input and only its ancestors' results."""
    results, ancestors = {}, {}
    for step in TEMPLATE["steps"]:
        depends = step.get("depends_on", [])
        ancestors[step["name"]] = set(depends).union(*(ancestors[name] for name in depends))
        visible = {name: results[name] for name in ancestors[step["name"]]}
        document = {"context": context, "results": visible, "task": {"id": 7}, "step": {"name": step["name"]}}
        (argv,) = step["config"]["argv"]
        done = program(Path(argv).name, resolve(step["input"], document), env)
        if done.returncode != 0:
            raise AssertionError(f"{step['name']} exited {done.returncode}: {done.stderr}")
        results[step["name"]] = json.loads(done.stdout)
    return results


class Repository:
    """A throw-away repository with commits whose author and date a test chooses."""

    def __init__(self, folder, *options):
        self.folder = str(folder)
        os.makedirs(self.folder)
        git(self.folder, "init", "-q", "-b", "main", *options)

    def write(self, name, content):
        path = Path(self.folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, date="2024-03-05T10:00:00 +0100", name="Ada", email="ada@example.com"):
        git(self.folder, "add", "-A")
        git(self.folder, "commit", "-q", "--allow-empty", "-m", "m", env=self.identity(name, email, date))

    def identity(self, name="Ada", email="ada@example.com", date="2024-03-05T10:00:00 +0100"):
        # The committer's date is another one on purpose: the report counts by author date.
        return {
            "GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email, "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.com",
            "GIT_COMMITTER_DATE": "2030-01-01T00:00:00 +0000",
        }  # fmt: skip


class Temporary(unittest.TestCase):
    def setUp(self):
        # A space in every path.
        self.base = Path(tempfile.mkdtemp(prefix="cairn report "))
        self.addCleanup(shutil.rmtree, self.base)

    def report(self, folder, env=None):
        return run_template({"path": str(folder), "output": str(self.base / "out")}, env)

    def assertAgreesWithGit(self, folder, results):
        """Totals, months, weekdays, authors, files, lines and bytes, each as another git command counts it."""
        joined = results["join"]
        totals = joined["totals"]
        self.assertEqual(totals["commits"], int(git(folder, "rev-list", "--count", "HEAD")))
        self.assertEqual(totals["merges"], int(git(folder, "rev-list", "--count", "--merges", "HEAD")))

        months = git(folder, "log", "--format=%ad", "--date=format:%Y-%m").split()
        shown = {month: commits for month, commits, _ in joined["months"] if commits}
        self.assertEqual(shown, {month: months.count(month) for month in set(months)})
        self.assertEqual(sum(commits for _, commits in joined["bars"]), len(months))
        weekdays = git(folder, "log", "--format=%ad", "--date=format:%u").split()
        self.assertEqual(joined["weekdays"], [weekdays.count(str(day)) for day in range(1, 8)])

        shortlog = git(folder, "shortlog", "-sn", "HEAD").splitlines()
        authors = {line.split("\t", 1)[1]: int(line.split("\t", 1)[0]) for line in shortlog}
        self.assertEqual(totals["contributors"], len(authors))
        for author in joined["authors"]:
            self.assertEqual(author["commits"], authors[author["name"]], author)
        of_authors = sum(author["commits"] for author in joined["authors"])
        self.assertEqual(of_authors + joined["others"]["commits"], totals["commits"])
        self.assertEqual(len(joined["authors"]) + joined["others"]["authors"], len(authors))

        entries = [entry for entry in git(folder, "ls-tree", "-rz", "--full-tree", "HEAD").split("\0") if entry]
        blobs = [entry.split()[2] for entry in entries if entry.split()[1] == "blob"]
        sizes = git(folder, "cat-file", "--batch-check=%(objectsize)", stdin="".join(blob + "\n" for blob in blobs)).split()
        self.assertEqual(totals["files"], len(blobs))
        self.assertEqual(totals["submodules"], len(entries) - len(blobs))
        self.assertEqual(totals["bytes"], sum(map(int, sizes)))
        empty = git(folder, "hash-object", "-t", "tree", os.devnull).strip()
        shortstat = git(folder, "diff", "--shortstat", "--no-renames", "--ignore-submodules", empty, "HEAD")
        inserted = re.search(r"(\d+) insertion", shortstat)
        self.assertEqual(totals["lines"], int(inserted[1]) if inserted else 0)
        for column in ("files", "bytes", "lines", "binary"):
            self.assertEqual(sum(row[column] for row in joined["types"]), totals[column], column)


class NumbersTests(Temporary):
    def test_a_history_with_everything(self):
        repository = Repository(self.base / "every thing")
        for index, file in enumerate(ODD_FILES):
            repository.write(file, f"line\n{index}")
            repository.commit(date=f"2023-{index + 1:02d}-28T23:30:00 -0800", name=f"Author {index % 3}")
        for index, name in enumerate(ODD_NAMES):
            repository.commit(name=name, date=f"2024-0{index + 1}-01T00:30:00 +1300")
        repository.write("image.png", b"\x89PNG\0\0\xff" * 100)
        repository.write("empty.txt", "")
        os.symlink("image.png", self.base / "every thing" / "link")
        repository.commit()
        git(repository.folder, "switch", "-q", "-c", "side")
        repository.write("deep/er/side.swift", "let a = 1\nlet b = 2\n")
        repository.commit(date="2024-05-01T12:00:00 +0000")
        git(repository.folder, "switch", "-q", "main")
        repository.commit(date="2024-06-01T12:00:00 +0000")
        git(repository.folder, "merge", "-q", "--no-ff", "-m", "merge", "side", env=repository.identity())

        results = self.report(repository.folder)
        self.assertAgreesWithGit(repository.folder, results)
        joined = results["join"]
        self.assertEqual(joined["totals"]["merges"], 1)
        self.assertEqual(joined["totals"]["binary"], 1)
        self.assertEqual(joined["largest"][0], ["image.png", 700])
        self.assertEqual(joined["repository"]["name"], "every thing")
        self.assertEqual([month for month, *_ in joined["months"]][:2], ["2023-01", "2023-02"])
        self.assertEqual(len(joined["months"]), 18, "from 2023-01 to 2024-06 without a gap")
        self.assertEqual(joined["notes"], [])

    def test_mailmap_and_several_addresses(self):
        repository = Repository(self.base / "people")
        repository.commit(name="Ada", email="ada@home.example")
        repository.commit(name="ada l.", email="ada@work.example")
        repository.commit(name="Bob", email="bob@a.example")
        repository.commit(name="Bob", email="bob@b.example")
        before = self.report(repository.folder)
        self.assertAgreesWithGit(repository.folder, before)
        self.assertEqual(before["join"]["totals"]["contributors"], 3)
        repository.write(".mailmap", "Ada Lovelace <ada@home.example>\nAda Lovelace <ada@home.example> <ada@work.example>\n")
        repository.commit(name="Bob", email="bob@a.example")
        after = self.report(repository.folder)
        self.assertAgreesWithGit(repository.folder, after)
        self.assertEqual([author["name"] for author in after["join"]["authors"]], ["Bob", "Ada Lovelace"])
        self.assertNotIn("@", json.dumps(after["by_author"]), "addresses stay out of the report")

    def test_this_checkout(self):
        if subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], capture_output=True, env=CLEAN).returncode:
            self.skipTest("this is not a checkout of git, or it belongs to another user")
        self.assertAgreesWithGit(ROOT, self.report(ROOT))

    def test_a_long_history_is_shown_by_year_and_stays_small(self):
        repository = Repository(self.base / "long")
        stream = []
        for index in range(3000):
            date = 1_000_000_000 + index * 200_000
            stream.append(
                f"commit refs/heads/main\nauthor P{index} <p{index}@e.org> {date} +0000\n"
                f"committer C <c@e.org> {date} +0000\ndata 1\nm\nM 100644 inline f{index}.x{index}\ndata 2\na\n\n"
            )
        git(repository.folder, "fast-import", "--quiet", stdin="".join(stream))
        results = self.report(repository.folder)
        self.assertAgreesWithGit(repository.folder, results)
        self.assertEqual(results["join"]["unit"], "year")
        self.assertEqual(results["join"]["bars"][0][0], "2001")
        for name, result in results.items():
            self.assertLess(len(json.dumps(result)), 1 << 19, name)

    def test_the_users_configuration_changes_nothing(self):
        repository = Repository(self.base / "configured")
        repository.write("a/ü.txt", "1\n2\n")
        repository.commit(name="Zoë")
        plain = self.report(repository.folder)["join"]
        for key, value in {
            "log.date": "relative", "log.showSignature": "true", "color.ui": "always", "diff.relative": "true",
            "core.quotePath": "true", "i18n.logOutputEncoding": "latin1", "diff.external": "false",
            "log.mailmap": "false", "diff.noprefix": "true", "core.pager": "false",
        }.items():  # fmt: skip
            git(repository.folder, "config", key, value)
        self.assertEqual(self.report(repository.folder)["join"], plain)


class OddRepositoriesTests(Temporary):
    def test_no_commit_yet(self):
        repository = Repository(self.base / "empty")
        results = self.report(repository.folder)
        self.assertEqual(results["join"]["totals"]["commits"], 0)
        self.assertEqual(results["join"]["months"], [])
        self.assertEqual(results["join"]["notes"], ["There is no commit here yet."])
        self.assertIn("No commit yet", Path(results["write_report"]["chart"]).read_text())

    def test_a_commit_without_files(self):
        repository = Repository(self.base / "bare of files")
        repository.commit()
        results = self.report(repository.folder)
        self.assertAgreesWithGit(repository.folder, results)
        self.assertEqual(results["join"]["types"], [])

    def test_detached_head_counts_from_head(self):
        repository = Repository(self.base / "detached")
        repository.commit()
        repository.commit()
        git(repository.folder, "checkout", "-q", "--detach", "HEAD~1")
        results = self.report(repository.folder)
        self.assertAgreesWithGit(repository.folder, results)
        self.assertEqual(results["join"]["totals"]["commits"], 1)
        self.assertTrue(results["join"]["repository"]["detached"])
        self.assertIn("detached HEAD", Path(results["write_report"]["markdown"]).read_text())

    def test_a_shallow_clone_says_so(self):
        repository = Repository(self.base / "deep")
        for _ in range(3):
            repository.commit()
        git(self.base, "clone", "-q", "--depth", "1", "file://" + repository.folder, "shallow")
        results = self.report(self.base / "shallow")
        self.assertAgreesWithGit(self.base / "shallow", results)
        self.assertEqual(results["join"]["totals"]["commits"], 1)
        self.assertIn("shallow clone", results["join"]["notes"][0])

    def test_bare_subfolder_worktree_sha256_and_submodule(self):
        repository = Repository(self.base / "origin")
        repository.write("sub/file.swift", "a\nb\n")
        repository.commit()
        expected = self.report(repository.folder)["join"]["totals"]
        git(self.base, "clone", "-q", "--bare", repository.folder, "bare.git")
        git(repository.folder, "worktree", "add", "-q", str(self.base / "tree"))
        self.assertEqual(self.report(self.base / "bare.git")["join"]["totals"], expected)
        self.assertEqual(self.report(self.base / "bare.git")["join"]["repository"]["name"], "bare")
        self.assertEqual(self.report(self.base / "origin" / "sub")["join"]["totals"], expected)
        self.assertEqual(self.report(self.base / "tree")["join"]["totals"], expected)
        longer = Repository(self.base / "sha256", "--object-format=sha256")
        longer.write("sub/file.swift", "a\nb\n")
        longer.commit()
        self.assertEqual(self.report(longer.folder)["join"]["totals"], expected)
        git(repository.folder, "submodule", "--quiet", "add", str(self.base / "bare.git"), "module")
        repository.commit()
        results = self.report(repository.folder)
        self.assertAgreesWithGit(repository.folder, results)
        self.assertEqual(results["join"]["totals"]["submodules"], 1)

    def test_names_in_no_encoding(self):
        repository = Repository(self.base / "latin")
        Path(os.fsdecode(os.fsencode(repository.folder) + b"/caf\xe9.txt")).write_text("x\n")
        repository.commit()
        results = self.report(repository.folder)
        self.assertEqual(results["join"]["largest"], [["caf\ufffd.txt", 2]])
        self.assertEqual(results["join"]["totals"]["lines"], 1)

    def test_a_hook_of_another_repository_does_not_redirect(self):
        repository, other = Repository(self.base / "asked"), Repository(self.base / "other")
        repository.commit()
        results = self.report(repository.folder, env={"GIT_DIR": other.folder + "/.git"})
        self.assertEqual(results["join"]["totals"]["commits"], 1)


class RefusalTests(Temporary):
    def refused(self, name, document, message, env=None, code=1):
        done = program(name, document, env)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertIn(message, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_no_repository_at_all_is_permanent(self):
        for name in ("extract_commits", "extract_files", "extract_contributors"):
            self.refused(name, {"path": str(self.base)}, "is not in a git repository")
            self.refused(name, {"path": str(self.base / "nowhere")}, "is not a directory")
            self.refused(name, {"path": 5}, "path must be a string")

    def test_a_checkout_of_another_user_is_explained(self):
        repository = Repository(self.base / "foreign")
        repository.commit()
        # git's own switch for testing this check.
        env = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
        self.refused("extract_commits", {"path": repository.folder}, "belongs to another user", env)
        self.refused("extract_files", {"path": repository.folder}, "safe.directory", env)

    def test_a_damaged_repository_is_permanent(self):
        repository = Repository(self.base / "damaged")
        repository.write("file", "a\n")
        repository.commit()
        tree = git(repository.folder, "rev-parse", "HEAD^{tree}").strip()
        (Path(repository.folder) / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
        self.refused("extract_files", {"path": repository.folder}, "failed in")

    def test_without_git(self):
        python = self.base / "bin"
        python.mkdir()
        os.symlink(sys.executable, python / "python3")
        self.refused("extract_commits", {"path": str(self.base)}, "git is not installed", {"PATH": str(python)})

    def test_input_that_is_no_object(self):
        self.refused("join", "[]", "not a JSON object")
        self.refused("join", "", "not JSON")

    def test_a_folder_that_cannot_be_made(self):
        (self.base / "file").touch()
        document = {"report": self.report(Repository(self.base / "r").folder)["join"]}
        self.refused("write_report", {**document, "output": str(self.base / "file" / "out")}, "file/out")
        self.refused("write_report", {**document, "output": 5}, "output must be a string")

    def test_a_full_disk_is_worth_another_attempt(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [ROOT / "Templates" / "reports" / "bin" / "by_author"], stdout=full, stderr=subprocess.PIPE, text=True,
                input=json.dumps({"contributors": {"head": None, "identities": [], "others": {"identities": 0, "commits": 0}}}),
                # Unbuffered, there would be nothing left to write at the end, and nothing to fail once more.
                env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
            )  # fmt: skip
        self.assertEqual(done.returncode, 75, done.stderr)


class Words(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.words += [value for key, value in attrs if key in ("src", "href")]

    def handle_data(self, data):
        self.words.append(data)


class WritingTests(Temporary):
    def odd(self):
        repository = Repository(self.base / "<i>odd<i> & |co|")
        for file in ODD_FILES:
            repository.write(file, "x\n")
        for name in ODD_NAMES:
            repository.commit(name=name)
        return repository

    def test_nothing_in_a_name_becomes_markup(self):
        written = self.report(self.odd().folder)["write_report"]
        page = Words(Path(written["html"]).read_text())
        self.assertNotIn("script", page.tags)
        self.assertEqual([tag for tag in page.tags if tag in ("b", "link", "img", "a", "iframe", "object")], [])
        self.assertEqual(page.tags.count("i"), page.tags.count("tr") - 4, "one bar a row, none from a name")
        for shown in ("<i>odd<i> & |co|", "*star* _under_ | pipe", 'quo"te.py', "<b>.html", "new\\nline.txt", "ünï.md"):
            self.assertIn(shown, page.words)
        markdown = Path(written["markdown"]).read_text()
        self.assertIn(r"\<i\>odd\<i\> \& \|co\|", markdown)
        self.assertIn(r"\*star\* \_under\_ \| pipe", markdown)
        for line in markdown.splitlines():
            if line.startswith("| "):
                cells = len(re.findall(r"(?<!\\)\|", line)) - 1
                self.assertIn(cells, (2, 4, 5, 6), line)

    def test_the_page_needs_nothing_from_outside(self):
        page = Path(self.report(self.odd().folder)["write_report"]["html"]).read_text()
        self.assertEqual(re.findall(r'(?:src|href)=|url\(|@import', page), [])
        self.assertIn("prefers-color-scheme: dark", page)

    def test_the_chart_is_well_formed_with_a_bar_for_each_busy_month(self):
        repository = Repository(self.base / "r")
        for month, commits in (("01", 3), ("02", 0), ("03", 1)):
            for _ in range(commits):
                repository.commit(date=f"2024-{month}-10T12:00:00 +0000")
        written = self.report(repository.folder)["write_report"]
        chart = Path(written["chart"]).read_text()
        drawing = ElementTree.fromstring(chart)
        titles = [title.text for title in drawing.iter("{http://www.w3.org/2000/svg}title")]
        self.assertEqual(titles, ["Commits per month", "2024-01: 3 commits", "2024-03: 1 commit"])
        self.assertIn(chart, Path(written["html"]).read_text(), "the same drawing is in the page")

    def test_where_it_is_written(self):
        report = self.report(Repository(self.base / "r").folder)["join"]
        done = program("write_report", {"report": report, "output": None, "task_id": 42}, cwd=self.base)
        written = json.loads(done.stdout)
        folder = self.base.resolve() / ".cairn" / "reports" / "42"
        self.assertEqual(written["html"], str(folder / "report.html"))
        self.assertEqual(sorted(os.listdir(folder)), ["commits.svg", "report.html", "report.md"])
        again = program("write_report", {"report": report, "task_id": 42}, cwd=self.base)
        self.assertEqual(again.stdout, done.stdout, "another attempt writes the same files")

    def test_characters_that_turn_or_hide_text_are_shown(self):
        self.assertEqual(form.one_line("a\u202eb\x1b[31m"), "a\\u202eb\\x1b[31m")
        self.assertEqual(form.one_line("  "), form.NOBODY)
        self.assertEqual(text.plain("a\nb|c"), r"a\\nb\|c")

    def test_a_head_that_moved_is_noted(self):
        results = self.report(Repository(self.base / "r").folder)
        document = {"commits": results["by_month"], "files": results["by_type"], "contributors": results["by_author"]}
        document["files"]["head"] = "f" * 40
        self.assertIn("HEAD moved", json.loads(program("join", document).stdout)["notes"][-1])


if __name__ == "__main__":
    unittest.main()
