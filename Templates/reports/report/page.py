"""The joined report and its chart → one HTML page that needs nothing else: no script, no font, no network."""

from html import escape
from importlib.resources import files

from .form import count, more, number, one_line, period, share, size, standing

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def write(report, drawing):
    repository, totals = report["repository"], report["totals"]
    name = text(repository["name"])
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{name}: repository report</title>
<style>
{style()}</style>
</head>
<body>
<main>
<header>
<p class="kind">Repository report</p>
<h1>{name}</h1>
<p class="standing">{text(standing(repository))}<span>{period(totals)}</span></p>
</header>
{"".join(f'<p class="note">{text(note)}</p>' for note in report["notes"])}
<dl class="totals">
{tiles(totals)}
</dl>
<section>
<h2>Commits per {report["unit"]}</h2>
<p class="aside">{busiest(report)}</p>
{drawing}</section>
<div class="pair">
<section>
<h2>Types of file</h2>
<p class="aside">{type_remark(totals)}</p>
{types(report["types"])}
</section>
<section>
<h2>Authors</h2>
<p class="aside">{more(report["others"]) or ""}</p>
{authors(report["authors"])}
</section>
<section>
<h2>Days of the week</h2>
{weekdays(report["weekdays"])}
</section>
<section>
<h2>Largest files</h2>
{largest(report["largest"])}
</section>
</div>
<footer>{text(repository["path"])}</footer>
</main>
</body>
</html>
"""


def text(content):
    return escape(one_line(str(content)))


def style():
    return files(__package__).joinpath("page.css").read_text(encoding="utf-8")


def tiles(totals):
    shown = [
        ("Commits", number(totals["commits"]), count(totals['merges'], 'merge')),
        ("Contributors", number(totals["contributors"]), ""),
        ("Files", number(totals["files"]), size(totals["bytes"])),
        ("Lines", number(totals["lines"]), ""),
    ]
    return "\n".join(
        f"<div><dt>{label}</dt><dd>{value}<small>{below}</small></dd></div>" for label, value, below in shown
    )


def busiest(report):
    if not report["busiest"]:
        return ""
    month, commits, _ = report["busiest"]
    return f"Busiest month: {month}, {count(commits, 'commit')}"


def type_remark(totals):
    said = []
    if totals["binary"]:
        said.append(f"{count(totals['binary'], 'binary file')} without lines")
    if totals["submodules"]:
        said.append(f"{count(totals['submodules'], 'submodule')} not counted")
    return ", ".join(said)


def types(rows):
    most = max((row["lines"] for row in rows), default=0)
    cells = [
        (row["type"], row["lines"], most, [number(row["lines"]), number(row["files"]), size(row["bytes"])])
        for row in rows
    ]
    return bars(["Type", "Lines", "Files", "Size"], cells)


def authors(rows):
    most = max((row["commits"] for row in rows), default=0)
    cells = [(row["name"], row["commits"], most, [number(row["commits"]), row["last"]]) for row in rows]
    return bars(["Author", "Commits", "Last"], cells)


def weekdays(counts):
    whole = sum(counts)
    cells = [
        (day, commits, max(counts), [number(commits), share(commits, whole)])
        for day, commits in zip(WEEKDAYS, counts, strict=True)
    ]
    return bars(["Day", "Commits", "Share"], cells if whole else [])


def largest(rows):
    most = max((bytes_ for _, bytes_ in rows), default=0)
    return bars(["File", "Size"], [(name, bytes_, most, [size(bytes_)]) for name, bytes_ in rows])


def bars(head, rows):
    """A table whose rows carry a bar of `part` out of `whole` behind their name."""
    if not rows:
        return '<p class="none">None yet.</p>'
    titles = "".join(f'<th scope="col">{title}</th>' for title in head)
    body = "\n".join(
        f'<tr><th scope="row"><i style="width:{100 * part / whole if whole else 0:.1f}%"></i>'
        f'<span title="{text(name)}">{text(name)}</span></th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
        for name, part, whole, cells in rows
    )
    return f"<table>\n<thead><tr>{titles}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
