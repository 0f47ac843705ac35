"""[[label, commits]], unit → the SVG of a bar chart. It stands alone, and inside a page takes the page's font.

Its colours follow the reader's light or dark setting; nothing is fetched.
"""

from html import escape

from .form import count, number

WIDTH, HEIGHT = 880, 260
LEFT, RIGHT, TOP, BOTTOM = 52, 8, 16, 34
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
BASE = TOP + PLOT_HEIGHT
WIDEST_BAR = 56

STYLE = """
  .cairn-chart { color-scheme: light dark; font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
  .cairn-chart .bar { fill: #2f6f6a; } .cairn-chart .bar:hover { fill: #d9822b; }
  .cairn-chart .grid { stroke: #dcdfe0; } .cairn-chart .base { stroke: #9aa3a6; } .cairn-chart text { fill: #5d686c; }
  @media (prefers-color-scheme: dark) {
    .cairn-chart .bar { fill: #6cc0b5; } .cairn-chart .bar:hover { fill: #f0a860; }
    .cairn-chart .grid { stroke: #2b3336; } .cairn-chart .base { stroke: #5d686c; }
    .cairn-chart text { fill: #9aa7ab; }
  }
"""


def draw(bars, unit):
    title = f"Commits per {unit}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="cairn-chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
    ]
    parts += drawn(bars) if bars else [_text(WIDTH / 2, HEIGHT / 2, "No commit yet", "middle")]
    return "\n".join([*parts, "</svg>", ""])


def drawn(bars):
    top = max(commits for _, commits in bars)
    step = tick_step(top)
    scale = -(-top // step) * step or 1
    for value in range(0, scale + 1, step):
        y = BASE - PLOT_HEIGHT * value / scale
        yield f'<line class="{"grid" if value else "base"}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(LEFT - 8, y + 4, number(value), "end")
    slot = PLOT_WIDTH / len(bars)
    width = min(slot * 0.72, WIDEST_BAR)
    every = -(-len(bars) // 12)
    for index, (label, commits) in enumerate(bars):
        middle = LEFT + slot * (index + 0.5)
        height = PLOT_HEIGHT * commits / scale
        if commits:
            height = max(height, 1.5)
            name = f"{label}: {count(commits, 'commit')}"
            yield f'<path class="bar" d="{bar(middle - width / 2, width, height)}"><title>{escape(name)}</title></path>'
        if index % every == 0:
            edge = middle + len(label) * 3.5 > WIDTH
            yield _text(WIDTH if edge else middle, BASE + 20, label, "end" if edge else "middle")


def bar(x, width, height):
    """A bar with rounded shoulders and a flat foot."""
    r = min(3, width / 2, height)
    return (
        f"M{x:.1f} {BASE}v{r - height:.1f}q0 {-r:.1f} {r:.1f} {-r:.1f}h{width - 2 * r:.1f}"
        f"q{r:.1f} 0 {r:.1f} {r:.1f}v{height - r:.1f}z"
    )


def tick_step(top):
    """A round step that gives at most five lines above the base."""
    magnitude = 1
    while True:
        for factor in (1, 2, 5):
            if factor * magnitude * 5 >= top:
                return factor * magnitude
        magnitude *= 10


def _text(x, y, content, anchor):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(content)}</text>'
