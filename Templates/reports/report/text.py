"""The joined report → Markdown (GitHub's kind)."""

import re

from .form import count, more, number, one_line, period, share, size, standing


def write(report):
    repository, totals = report["repository"], report["totals"]
    blocks = [
        f"# {plain(repository['name'])}",
        f"{plain(standing(repository))}, {period(totals)}",
        *(f"> {plain(note)}" for note in report["notes"]),
        table(
            ["Commits", "of them merges", "Contributors", "Files", "Lines", "Size"],
            [[*(number(totals[key]) for key in ("commits", "merges", "contributors", "files", "lines")),
              size(totals["bytes"])]],
            ":",
        ),
        f"## Commits by {report['unit']}",
        f"![Commits per {report['unit']}](commits.svg)",
        busiest(report),
        "## Types of file",
        table(["Type", "Files", "Lines", "Size"], [type_row(row) for row in report["types"]]),
        remarks(totals),
        "## Largest files",
        table(["File", "Size"], [[plain(name), size(bytes_)] for name, bytes_ in report["largest"]]),
        "## Authors",
        table(
            ["Author", "Commits", "Share", "First", "Last"],
            [author_row(author, totals["commits"]) for author in report["authors"]],
        ),
        more(report["others"]),
    ]  # fmt: skip
    return "\n\n".join(filter(None, blocks)) + "\n"


def plain(text):
    """Text that Markdown shows as it is: no markup, no HTML, no link, no table cell of its own."""
    escaped = re.sub(r"([\\`*_{}\[\]()<>#|~$@:&])", r"\\\1", one_line(text))
    return escaped.replace("www.", "www\\.")


def busiest(report):
    if not report["busiest"]:
        return None
    month, commits, _ = report["busiest"]
    return f"Busiest month: {month} with {count(commits, 'commit')}."


def type_row(row):
    return [plain(row["type"]), number(row["files"]), number(row["lines"]), size(row["bytes"])]


def author_row(author, commits):
    own = author["commits"]
    return [plain(author["name"]), number(own), share(own, commits), author["first"], author["last"]]


def remarks(totals):
    said = []
    if totals["binary"]:
        said.append(f"{count(totals['binary'], 'binary file')} without lines")
    if totals["submodules"]:
        said.append(f"{count(totals['submodules'], 'submodule')} not counted")
    return ", ".join(said) and ", ".join(said) + "."


def table(head, rows, first="-"):
    if not rows:
        return "None yet."
    rule = ["---" if first == "-" else "---:", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))
