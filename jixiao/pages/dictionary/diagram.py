"""The entity diagram: tables as boxes, each to the right of the tables that it refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from jixiao.pages.dictionary.content import Table

HUB = "core.dim_document"
"""Nearly every table refers to it; said once in words instead of twenty lines across the picture."""

_BOX_WIDTH, _BOX_HEIGHT = 232, 46
_GAP_X, _GAP_Y = 96, 14
_MARGIN = 12
_CAPTION = 34
_COLOURS: Mapping[str, str] = {
    "core": "#3b5b8c",
    "execution": "#2f7d6b",
    "variance": "#8a6d1f",
    "score": "#7a4a8c",
    "review": "#a3413a",
    "quality": "#5c6670",
}


@dataclass(frozen=True)
class _Edge:
    """A column that refers to the key of another table."""

    start: str
    end: str
    columns: tuple[str, ...]


def entity_diagram(tables: Sequence[Table]) -> str:
    """Draw the published tables and their references as an SVG element.

    Args:
        tables: The tables of a release; a reference to a table that isn't among them is left out.

    Returns:
        An `svg` element that scales with its surroundings and loads nothing.
    """
    edges = _edges(tables)
    columns = _columns(edges)
    by_name = {table.full_name: table for table in tables}
    joined = {name for names in columns for name in names}
    lone = [name for name in by_name if name not in joined]
    across = max(len(columns), 4)
    below = max(map(len, columns), default=0)
    place = {
        name: _corner(column, row + (below - len(names)) / 2)
        for column, names in enumerate(columns)
        for row, name in enumerate(names)
    }
    caption = _corner(0, below)[1] + 22
    for number, name in enumerate(lone):
        left, top = _corner(number % across, below + number // across)
        place[name] = (left, top + _CAPTION)
    width = _corner(across, 0)[0] - _GAP_X + _MARGIN
    height = max((top for _, top in place.values()), default=0) + _BOX_HEIGHT + _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="system-ui, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif">',
        "<title>实体关系图 Entity diagram</title>",
        *(_line(edge, columns, place) for edge in edges),
        *(_box(table, *place[name]) for name, table in by_name.items()),
    ]
    if lone:
        parts.append(
            f'<text x="{_MARGIN}" y="{caption}" font-size="12" fill="#55606b">'
            "不引用其他表（文件除外） no reference but to the document</text>"
        )
    return "\n".join([*parts, "</svg>"])


def _corner(column: int, row: float) -> tuple[int, int]:
    return _MARGIN + column * (_BOX_WIDTH + _GAP_X), _MARGIN + round(row * (_BOX_HEIGHT + _GAP_Y))


def _edges(tables: Sequence[Table]) -> list[_Edge]:
    known = {table.full_name for table in tables}
    references: dict[tuple[str, str], list[str]] = {}
    for table in tables:
        for column in table.columns:
            target = column.references
            if target in known and target not in (HUB, table.full_name):
                references.setdefault((table.full_name, target), []).append(column.name)
    return [_Edge(start, end, tuple(names)) for (start, end), names in references.items()]


def _columns(edges: Sequence[_Edge]) -> list[list[str]]:
    """Place each table to the right of the tables that it refers to, near them.

    A reference that passes a column has a free place there, `_lane`, so that its line crosses no box.
    """
    targets: dict[str, set[str]] = {}
    users: dict[str, set[str]] = {}
    for edge in edges:
        targets.setdefault(edge.start, set()).add(edge.end)
        users.setdefault(edge.end, set()).add(edge.start)
    depth = _depths(targets, users)
    columns: list[list[str]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
    for name, at in sorted(depth.items()):
        columns[at].append(name)
    near: dict[str, set[str]] = {name: set(others) for name, others in targets.items()}
    for edge in edges:
        previous = edge.end
        for passed in range(depth[edge.end] + 1, depth[edge.start]):
            lane = _lane(edge.end, passed)
            if lane not in columns[passed]:
                columns[passed].append(lane)
            near[lane] = {previous}
            previous = lane
        near[edge.start] |= {previous}
    for left, column in enumerate(columns[1:]):
        order = {name: row for row, name in enumerate(columns[left])}
        column.sort(key=lambda name: (_middle(near.get(name, set()), order), name))
    return columns


def _depths(targets: Mapping[str, set[str]], users: Mapping[str, set[str]]) -> dict[str, int]:
    roots = dict.fromkeys(sorted(users.keys() - targets.keys()), 0)
    widest = max(_settled(roots, targets).values(), default=0)
    # Tables without references go as far to the right as the width allows, for shorter lines.
    for name in roots:
        for column in range(widest, 0, -1):
            moved = {**roots, name: column}
            if max(_settled(moved, targets).values()) == widest:
                roots = moved
                break
    return _settled(roots, targets)


def _settled(roots: Mapping[str, int], targets: Mapping[str, set[str]]) -> dict[str, int]:
    depth = {**dict.fromkeys(targets, 0), **roots}
    # At most one step for each table: a cycle of references would never end.
    for _ in targets:
        depth |= {name: 1 + max(depth[other] for other in others) for name, others in targets.items()}
    return depth


def _lane(end: str, column: int) -> str:
    return f"{end} {column}"


def _middle(targets: set[str], order: Mapping[str, int]) -> float:
    places = [order[target] for target in targets if target in order]
    return sum(places) / len(places) if places else float(len(order))


def _line(edge: _Edge, columns: Sequence[Sequence[str]], place: Mapping[str, tuple[int, int]]) -> str:
    left, right = (
        next(at for at, names in enumerate(columns) if name in names) for name in (edge.end, edge.start)
    )
    x, y = place[edge.end][0] + _BOX_WIDTH, place[edge.end][1] + _BOX_HEIGHT // 2
    path = f"M{x},{y}"
    for stop in (*(_lane(edge.end, column) for column in range(left + 1, right)), edge.start):
        end_x, end_y = place[stop][0], place[stop][1] + _BOX_HEIGHT // 2
        path += f" C{x + _GAP_X // 2},{y} {end_x - _GAP_X // 2},{end_y} {end_x},{end_y}"
        x, y = end_x + _BOX_WIDTH, end_y
        if stop != edge.start:
            path += f" H{x}"
    tip = f"{edge.start}.{'、'.join(edge.columns)} → {edge.end}"
    first_x, first_y = place[edge.end][0] + _BOX_WIDTH, place[edge.end][1] + _BOX_HEIGHT // 2
    return (
        f'<path d="{path}" fill="none" stroke="#8a94a0" stroke-width="1.3"><title>{escape(tip)}</title></path>'
        f'<circle cx="{first_x}" cy="{first_y}" r="3.2" fill="#8a94a0"/>'
    )


def _box(table: Table, left: int, top: int) -> str:
    colour = _COLOURS.get(table.schema, "#5c6670")
    return (
        f'<a href="#{escape(table.full_name)}">'
        f'<rect x="{left}" y="{top}" width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="5" '
        f'fill="#fff" stroke="{colour}" stroke-width="1.4"/>'
        f'<rect x="{left}" y="{top}" width="6" height="{_BOX_HEIGHT}" rx="2" fill="{colour}"/>'
        f'<text x="{left + 16}" y="{top + 19}" font-size="13" font-weight="600" fill="#1b232b">'
        f"{escape(table.label_zh)}</text>"
        f'<text x="{left + 16}" y="{top + 36}" font-size="11" fill="#55606b">{escape(table.full_name)}</text>'
        "</a>"
    )
