"""`python -m benchmarks.pictures`: how many pictures of digits a network reads, by kind of picture.

784-100-10 is trained on MNIST from its IDX files, from a folder of PNG and from a CSV. Each then
reads generated pictures, handwriting by the writers of MNIST's test part and print, as
`chainrule predict` does. Beside it stands how many the same network reads of their clean masks,
fitted here as MNIST's makers did. MNIST is found by CHAINRULE_DATA or was fetched.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from chainrule.data import DataError, describe, read_idx
from chainrule.network import Run
from chainrule.runs import open_run, predict
from tests.support.harder_paper import CHARACTERS, KINDS, Page, page
from tests.support.paper import pen_strokes

SOURCES = ("idx", "png", "csv")
FONTS = ("", "Sans", "Sans-Bold", "Sans-Oblique", "Serif", "Serif-Bold", "SansMono")


class Case(NamedTuple):
    """One picture: which kind of page, what is on it, whether printed, what was read."""

    kind: str
    label: str
    printed: bool
    right: bool
    of_mask: bool
    outputs: tuple[float, ...]
    """Those of the answers, if as many characters were read as there are."""


# --- the networks ---------------------------------------------------------------------------------


def mnist() -> Path:
    where = describe("mnist").where
    if where is None:
        raise SystemExit("MNIST is not here: chainrule data fetch mnist")
    return where


def idx(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    images, labels = (
        read_idx(next(folder.glob(f"{name}-{kind}*"))) for kind in ("images", "labels")
    )
    return images, labels


def source(kind: str, folder: Path, work: Path) -> str:
    """MNIST's training part as a person would have it."""
    if kind == "idx":
        return "mnist"
    images, labels = idx(folder, "train")
    if kind == "csv":
        path = work / "train.csv"
        header = ",".join(["label", *(f"pixel{n}" for n in range(784))])
        rows = np.column_stack([labels, images.reshape(-1, 784)])
        np.savetxt(path, rows, "%d", ",", header=header, comments="")
        return str(path)
    root = work / "pictures"
    for label in range(10):
        (root / str(label)).mkdir(parents=True)
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        Image.fromarray(image).save(root / str(label) / f"{number}.png")
    return str(root)


def trained(kind: str, folder: Path, work: Path) -> tuple[Run, float]:
    """The run, and its accuracy on the test part of its data."""
    out = work / f"{kind}.safetensors"
    command = [sys.executable, "-m", "chainrule", "train", "--data", source(kind, folder, work)]
    command += ["--layers", "100", "--epochs", "10", "--json", "--out", str(out)]
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode:
        raise SystemExit(ended.stderr)
    last = json.loads(ended.stdout.splitlines()[-1])
    return open_run(str(out)), float(last["test"]["accuracy"])


# --- the pictures ---------------------------------------------------------------------------------


def pages(seed: int, each: int, kinds: Sequence[str], folder: Path) -> Iterator[tuple]:
    """Pages of each kind, handwritten and, a third as many, printed: kind, label, printed, page."""
    images, labels = idx(folder, "t10k")
    for kind in kinds:
        rng = np.random.default_rng([seed, *kind.encode()])
        for number in range(each + each // 3):
            count, printed = CHARACTERS.get(kind, 1), number >= each
            if printed:
                digits = [int(digit) for digit in rng.integers(0, 10, count)]
                characters = [glyph(digit, rng) for digit in digits]
            else:
                some = rng.integers(0, len(images), count)
                digits = labels[some].tolist()
                characters = [pen_strokes(images[one], rng) for one in some]
            yield kind, "".join(map(str, digits)), printed, page(characters, kind, rng)


def glyph(digit: int, rng: np.random.Generator) -> np.ndarray:
    size = int(rng.integers(90, 260))
    name = FONTS[int(rng.integers(len(FONTS)))]
    image = Image.new("L", (2 * size, 2 * size), 0)
    ImageDraw.Draw(image).text((size // 2, size // 4), str(digit), fill=255, font=font(name, size))
    grey = np.asarray(image, np.float32) / 255
    rows, columns = np.flatnonzero(grey.any(axis=1)), np.flatnonzero(grey.any(axis=0))
    return grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def font(name: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font, or one that comes with matplotlib where it is installed."""
    if name:
        try:
            import matplotlib

            fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
            return ImageFont.truetype(str(fonts / f"DejaVu{name}.ttf"), size)
        except (ImportError, OSError):
            pass
    return ImageFont.load_default(size)


# --- reading --------------------------------------------------------------------------------------


def as_mnist(mask: np.ndarray) -> np.ndarray:
    """A clean mask in a box of 20 x 20, its centre of mass in the middle of 28 x 28."""
    rows, columns = (np.flatnonzero((mask > 0.2).any(axis=axis)) for axis in (1, 0))
    cut = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = 20 / max(cut.shape)
    size = max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale))
    small = np.asarray(Image.fromarray(cut).resize(size, Image.Resampling.BOX))
    field = np.zeros((28, 28), np.float32)
    total = small.sum()
    down = small.sum(axis=1) @ np.arange(small.shape[0]) / total
    across = small.sum(axis=0) @ np.arange(small.shape[1]) / total
    top = int(np.clip(round(13.5 - down), 0, 28 - small.shape[0]))
    left = int(np.clip(round(13.5 - across), 0, 28 - small.shape[1]))
    field[top : top + small.shape[0], left : left + small.shape[1]] = small / small.max()
    return field


def read(run: Run, kind: str, label: str, printed: bool, made: Page, path: Path) -> Case:
    masks = np.stack([as_mnist(mask) for mask in made.masks]).reshape(-1, 784)
    of_mask = "".join(str(digit) for digit in run.chosen.predict(masks))
    try:
        readings = predict(run, path)
    except DataError:
        readings = []
    answer = "".join(one.classes[one.answer] for one in readings)
    outputs = [one.outputs[one.answer] for one in readings]
    known = tuple(outputs) if len(readings) == len(label) == 1 else ()
    return Case(kind, label, printed, answer == label, of_mask == label, known)


def table(cases: list[Case]) -> list[str]:
    """Right by predict, right of the masks, of all: handwritten, then printed."""
    lines = [f"{'':<16}{'handwritten':>22}{'printed':>22}"]
    lines.append(f"{'':<16}" + 2 * f"{'predict':>9}{'mask':>6}{'of':>7}")
    for kind in [*dict.fromkeys(case.kind for case in cases), ""]:
        cells = f"{kind or 'all':<16}"
        for printed in (False, True):
            some = [c for c in cases if c.printed == printed and kind in ("", c.kind)]
            right, masks = sum(c.right for c in some), sum(c.of_mask for c in some)
            cells += f"{right:9}{masks:6}{len(some):7}"
        lines.append(cells)
    sure = defaultdict(list)
    for case in cases:
        for output in case.outputs:
            sure[output >= 0.5].append(case.right)
    for above, what in ((True, "output 0.5 and more"), (False, "below 0.5, unsure")):
        if some := sure[above]:
            lines.append(f"{what}: {sum(some)} of {len(some)} right ({np.mean(some):.0%})")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pictures", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--each", type=int, default=24, help="handwritten pages of a kind (24)")
    parser.add_argument("--sources", nargs="+", choices=SOURCES, default=SOURCES)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--keep", type=Path, help="a folder for the pictures read wrong")
    asked = parser.parse_args()
    folder = mnist()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        runs = {kind: trained(kind, folder, work) for kind in asked.sources}
        cases: dict[str, list[Case]] = {kind: [] for kind in runs}
        for seed in asked.seeds:
            every = pages(seed, asked.each, asked.kinds, folder)
            for number, (kind, label, printed, made) in enumerate(every):
                path = work / f"{kind.replace(' ', '-')}-{seed}-{number}-{label}.{made.ending}"
                made.picture.save(path)
                for trained_on, (run, _) in runs.items():
                    case = read(run, kind, label, printed, made, path)
                    cases[trained_on].append(case)
                    if asked.keep and case.of_mask and not case.right:
                        asked.keep.mkdir(parents=True, exist_ok=True)
                        made.picture.save(asked.keep / f"{path.stem}.png")
                path.unlink()
        for trained_on, (_, accuracy) in runs.items():
            print(f"trained on MNIST as {trained_on}: test accuracy {accuracy:.2%}")
            print("\n".join(table(cases[trained_on])))
            print()


if __name__ == "__main__":
    main()
