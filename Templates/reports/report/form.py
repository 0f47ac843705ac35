"""Numbers, sizes and names as a reader sees them; shared by the Markdown and the HTML report."""

NOBODY = "(no name)"


def number(value):
    return f"{value:,}"


def count(value, noun):
    return f"{number(value)} {noun}" + "s" * (value != 1)


def size(value):
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            return f"{value} B" if unit == "B" else f"{value:,.1f} {unit}"
        value /= 1024


def share(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "0 %"


def one_line(name):
    """A name as text of one line: what does not print, or turns the direction of the text, becomes visible."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)
    return shown if shown.strip() else NOBODY


def standing(repository):
    """On what the report stands: branch and commit."""
    head = repository["head"]
    if not head:
        return f"branch {one_line(repository['branch'] or '?')}, no commit yet"
    where = f"branch {one_line(repository['branch'])}" if repository["branch"] else "detached HEAD"
    return f"{where} at {head[:12]}"


def period(totals):
    if not totals["first"]:
        return "no history"
    return f"{totals['first']} to {totals['last']}" if totals["first"] != totals["last"] else totals["first"]


def more(others):
    """The line under a table of authors that was cut, or None."""
    if not others["authors"]:
        return None
    return f"{number(others['authors'])} more, {count(others['commits'], 'commit')}"
