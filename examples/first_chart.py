"""Opens the current national release and draws one chart: the best connected counties of a state.

    python examples/first_chart.py [--release FOLDER] [--state NAME] [--output FILE]

Needs nothing but duckdb; the chart is an SVG that any browser shows.
"""

from __future__ import annotations

import argparse
from html import escape
from pathlib import Path

import duckdb

QUERY = """
    select g.name, m.value, m.lower, m.upper, m.year
    from metric_values as m
    inner join geographies as g using (geography_type, geoid)
    where m.variable = 'share_economic_connectedness' and m.geography_type = 'county'
        and g.state_name = ? and m.value is not null
    qualify m.year = max(m.year) over ()
    order by m.value desc
    limit 20
"""
ROW, LEFT, WIDTH = 22, 170, 420


def chart(rows: list[tuple[str, float, float | None, float | None]], title: str) -> str:
    """Points with their 95 % intervals, one line a county, as SVG."""
    ends = [number for _, *numbers in rows for number in numbers if number is not None]
    low, high = min(ends) - 0.01, max(ends) + 0.01

    def x(value: float) -> float:
        return LEFT + (value - low) / (high - low) * WIDTH

    lines = [f'<text x="10" y="20" font-weight="bold">{escape(title)}</text>']
    for number, (name, value, lower, upper) in enumerate(rows):
        y = 50 + number * ROW
        lines.append(f'<text x="{LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(name)}</text>')
        if lower is not None and upper is not None:
            lines.append(f'<line x1="{x(lower):.1f}" x2="{x(upper):.1f}" y1="{y}" y2="{y}" stroke="#888"/>')
        lines.append(f'<circle cx="{x(value):.1f}" cy="{y}" r="4" fill="#1696d2"/>')
        lines.append(f'<text x="{LEFT + WIDTH + 10}" y="{y + 4}">{value:.3f}</text>')
    height = 60 + len(rows) * ROW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 70}" height="{height}" '
        'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>'
        + "".join(lines)
        + "</svg>\n"
    )


def main() -> None:
    """Read the release, write the chart."""
    asked = argparse.ArgumentParser(description="Draw the twenty best connected counties of a state.")
    asked.add_argument("--release", type=Path, default=Path("var/national/releases/current"))
    asked.add_argument("--state", default="Alabama", help="its full name")
    asked.add_argument("--output", type=Path, default=Path("connectedness.svg"))
    given = asked.parse_args()

    database_file = given.release / "mobility.duckdb"
    if not database_file.is_file():
        asked.error(f"{database_file} is not there; `make run` makes a release, --release names another")
    with duckdb.connect(str(database_file), read_only=True) as database:
        rows = database.execute(QUERY, [given.state]).fetchall()
        version = database.execute("select value from release_info where fact = 'version'").fetchall()[0][0]
    if not rows:
        asked.error(f"no county of {given.state!r} has a value in release {version}")
    year = rows[0][-1]
    title = f"Share of high-SES friends among friends of low-SES people, {year} (release {version})"
    given.output.write_text(chart([row[:-1] for row in rows], title), encoding="utf-8")
    print(f"{len(rows)} counties in {given.output}")


if __name__ == "__main__":
    main()
