"""The notes on the page: their formulas, set as mathematics, and their pictures."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from chainrule import roadmap
from chainrule.web.formulas import formulas, logical_lines


def test_the_pictures_of_notes_are_drawn_from_their_numbers(client: TestClient):
    """Bars as long as their numbers, and a curve through the points that the note names."""
    page = client.get("/concept?name=hidden-error").text
    table = page[page.index('<table class="bars">') : page.index("</table>")]
    widths = [float(width) for width in re.findall(r'width="([\d.]+)%"', table)]
    values = [
        float(text.replace("−", "-")) for text in re.findall(r"<td>(−?[\d.]+)</td></tr>", table)
    ]
    assert len(values) == len(widths) == 5
    shares = [abs(value) / (max(values) - min(values)) * 100 for value in values]
    assert widths == pytest.approx(shares, abs=1)
    page = client.get("/concept?name=slope").text
    path = re.search(r'class="curve" d="M([^"]+)"', page)
    assert path is not None
    points = [tuple(map(float, word.split())) for word in path[1].split("L")]
    dots = re.findall(r'<circle class="dot" cx="([\d.]+)" cy="([\d.]+)"', page)
    assert [(float(x), float(y)) for x, y in dots] == [points[60], points[90]]  # x = 3 and x = 4
    assert points[0][1] - points[120][1] == pytest.approx(200 / 1.12, abs=0.1)


@pytest.mark.parametrize("slug", roadmap.ORDER)
def test_each_equation_of_a_note_is_set_by_itself(client: TestClient, slug: str):
    """No formula is left as text, and none runs into the next: a line has one equation."""
    one = roadmap.concept(slug)
    for block in one.note.blocks(""):
        made = list(formulas(block, one.sheet or None))
        assert len(made) == len(logical_lines(block))
        for line, paragraph in zip(logical_lines(block), made, strict=True):
            assert "<pre>" not in paragraph
            assert paragraph.count('<mo form="infix">=</mo>') == line.count(" = ")


def test_a_function_at_another_place_is_no_product(client: TestClient):
    page = client.get("/concept?name=slope").text
    assert re.search(r'<mi data-ref="f">f</mi><mo>&#x2061;</mo>', page)
    assert '<mi data-ref="f">f</mi><mo>·</mo>' not in page
