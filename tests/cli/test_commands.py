"""The commands beside `train`: what they print, and that it is what the library computes."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr

# --- a run whose best epoch was not its last -----------------------------------------------------


@pytest.fixture
def best(trained: Path) -> cr.Network:
    """What the best epoch of such a run is made to be: quite another network than its last."""
    architecture = cr.Network.load(trained).architecture
    return cr.Network.of(architecture, init="scaled", seed=1)


@pytest.fixture
def with_best(run_copy: Path, best: cr.Network) -> Path:
    """A run whose second epoch was its best."""
    cr.save_run(replace(cr.load_run(run_copy), best=(2, best.flat)), run_copy)
    return run_copy


def test_the_best_epoch_is_evaluated(cli, with_best: Path, best: cr.Network):
    found = cli("evaluate", with_best, "--json").objects()[0]
    expected = cr.evaluate(best, cr.load("digits").test)
    assert found["cost"] == pytest.approx(expected.cost)
    assert np.array_equal(found["confusion"], np.asarray(expected.confusion))


def test_the_best_epoch_predicts(cli, with_best: Path, best: cr.Network, picture: Path):
    found = cli("predict", with_best, picture, "--json").objects()[0]
    outputs = best.predict_proba(np.array(found["saw"], np.float32).reshape(1, -1))[0]
    assert list(found["outputs"].values()) == pytest.approx(outputs.tolist(), abs=1e-3)


def test_the_gradients_of_the_best_epoch_are_checked(cli, with_best: Path, best: cr.Network):
    def check(on: str, X: np.ndarray, y: np.ndarray) -> None:
        found = cli("check-gradients", with_best, "--examples", 7, "--json").objects()[0]
        assert found["on"] == on
        expected = cr.check_gradients(best, X, y).tensors
        for ours, theirs in zip(found["tensors"], expected, strict=True):
            assert ours["name"] == theirs.name
            assert ours["backpropagation"] == pytest.approx(theirs.backpropagation)

    some = cr.load("digits").train
    check("the first 7 training examples of digits", some.X[:7], some.y[:7])
    cr.save_run(replace(cr.load_run(with_best), data={}), with_best)
    rng = np.random.default_rng(0)
    check("7 random examples", rng.random((7, 64)), rng.integers(0, 10, 7))


def test_the_weights_of_the_best_epoch_are_drawn(with_best: Path, best: cr.Network):
    pytest.importorskip("matplotlib")
    from chainrule.cli.plot import draw_weights

    figure = draw_weights("digits", cr.load_run(with_best))
    images = [axes.get_images()[0] for axes in figure.axes if axes.get_images()]
    drawn = np.array([image.get_array() for image in images])
    assert np.array_equal(drawn, best.parameters["W1"].reshape(30, 8, 8))


def test_the_best_epoch_is_marked_in_the_curves(trained: Path, with_best: Path):
    pytest.importorskip("matplotlib")
    from chainrule.cli.plot import draw_curves

    for path, marked in ((trained, []), (with_best, [[2, 2], [2, 2]])):
        axes = draw_curves("digits", cr.load_run(path)).axes
        lines = [line for one in axes for line in one.get_lines() if line.get_label() == "best, 2"]
        assert [np.asarray(line.get_xdata()).tolist() for line in lines] == marked


# --- evaluate --------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["test", "validation", "train"])
def test_evaluate_measures_the_part_it_names(cli, trained: Path, part: str):
    network, split = cr.Network.load(trained), cr.load("digits").splits()[part]
    right = int(np.sum(network.predict(split.X) == split.y))
    found = cli("evaluate", trained, "--part", part)
    assert f"\n{part} accuracy {100 * right / len(split):.2f} %  ({right:,} of" in found.out
    as_json = cli("evaluate", trained, "--part", part, "--json").objects()[0]
    assert as_json["part"] == part
    assert as_json["accuracy"] == pytest.approx(right / len(split))
    assert np.trace(as_json["confusion"]) == right


def test_the_confusion_matrix_is_drawn_where_it_fits(
    cli, trained: Path, monkeypatch: pytest.MonkeyPatch
):
    found = cli("evaluate", trained)
    matrix = found.out.partition("A row is the class")[2].splitlines()[2:]
    numbers = [[0 if cell == "." else int(cell) for cell in line.split()[1:]] for line in matrix]
    assert numbers == cli("evaluate", trained, "--json").objects()[0]["confusion"]
    monkeypatch.setenv("COLUMNS", "40")
    assert "A row is the class" not in cli("evaluate", trained).out


# --- predict ---------------------------------------------------------------------------------


def test_predict_shows_what_it_saw_and_every_output(cli, trained: Path, picture: Path):
    found = cli("predict", trained, picture)
    assert found.status == 0
    assert found.out.startswith(f"{picture}: ")
    assert "██" in found.out
    assert [int(label) for label in re.findall(r"(\d) +\d\.\d\d", found.out)] == [*range(10)]
    assert found.out.count("<") == 1


def test_predict_gives_the_outputs_of_the_network(cli, trained: Path, picture: Path):
    found = cli("predict", trained, picture, picture, "--json").objects()
    assert len(found) == 2
    network = cr.Network.load(trained)
    outputs = network.predict_proba(np.array(found[0]["saw"], np.float32).reshape(1, -1))[0]
    assert list(found[0]["outputs"].values()) == pytest.approx(outputs.tolist(), abs=1e-3)
    assert found[0]["label"] == int(np.argmax(list(found[0]["outputs"].values())))
    assert found[0]["class"] == str(found[0]["label"])


def test_ink_may_be_named_light_or_dark(cli, trained: Path, picture: Path, tmp_path: Path):
    from PIL import Image, ImageOps

    with Image.open(picture) as image:
        ImageOps.invert(image).save(tmp_path / "light.png")
    seen = [
        cli("predict", trained, *arguments, "--json").objects()[0]["saw"]
        for arguments in (
            (picture,),
            (picture, "--invert"),
            (tmp_path / "light.png",),
            (tmp_path / "light.png", "--no-invert"),
        )
    ]
    assert all(saw == seen[0] for saw in seen)
    assert cli("predict", trained, picture, "--no-invert").status == 2, "nothing is lighter"


def test_pictures_fit_a_narrow_terminal(
    cli, trained: Path, picture: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "40")
    lines = cli("predict", trained, picture).out.splitlines()
    assert max(map(len, lines[1:])) <= 40


# --- check-gradients -------------------------------------------------------------------------


def test_right_gradients_pass(cli, trained: Path):
    for arguments in ((), ("6-5-4 relu softmax",), (trained,), ("5-4-3", "--dropout", 0.5)):
        found = cli("check-gradients", *arguments)
        assert found.status == 0, found
        assert "\nPASS: " in found.out
        assert "FAIL" not in found.out
        assert re.search(r"^dC/dW1 +\d\.\de-\d\d +[\d,]+ of [\d,]+ +PASS$", found.out, re.MULTILINE)


def test_wrong_gradients_fail_by_name(cli, monkeypatch: pytest.MonkeyPatch):
    right = cr.Network.backward

    def wrong(self, *arguments, **options):
        found = right(self, *arguments, **options)
        return {**found, "dC/db2": 2 * found["dC/db2"]}

    monkeypatch.setattr(cr.Network, "backward", wrong)
    found = cli("check-gradients", "6-5-4 sigmoid quadratic")
    assert found.status == 1
    assert re.search(r"^dC/db2 .* FAIL\n  most at b2\[\d\]:\n", found.out, re.MULTILINE)
    assert "\nFAIL: dC/db2 differ" in found.out
    report = cli("check-gradients", "6-5-4 sigmoid quadratic", "--json")
    assert report.status == 1
    verdicts = {check["name"]: check["passed"] for check in report.objects()[0]["tensors"]}
    assert verdicts == {"W1": True, "b1": True, "W2": True, "b2": False}


# --- listing ---------------------------------------------------------------------------------


def test_listing_is_that_of_the_network(cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("COLUMNS")
    network = cr.Network([784, 30, 10])
    found = cli("listing", "784-30-10 sigmoid quadratic", "--batch-size", 32, "--optimizer", "adam")
    assert found.out == network.listing(32, optimizer=cr.Adam()) + "\n"


def test_a_narrow_listing_has_every_call_and_equation(cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")
    narrow = cli("listing", "784-30-10 sigmoid quadratic", "--l2", 1).out
    found = cli("listing", "784-30-10 sigmoid quadratic", "--l2", 1, "--json").objects()[0]
    calls = [call for equation in found["equations"] for call in equation["calls"]]
    assert len(calls) > 20
    for call in calls:
        assert f"  {call['code']}\n" in narrow
        assert f"       {call['computes']}" in narrow or not call["computes"]
    for equation in found["equations"]:
        assert f"{equation['name']}: {equation['text']}\n    [{equation['source']}]" in narrow


def test_the_listing_as_json_is_that_of_the_program(cli):
    found = cli(
        "listing", "64-10-10 relu log-likelihood", "--optimizer", "adam", "--json"
    ).objects()
    recipe = cr.Recipe(cr.Adam())
    assert found == [cr.Network.of("64-10-10 relu log-likelihood").program(recipe).to_dict()]


# --- data ------------------------------------------------------------------------------------


def test_data_list(cli):
    found = cli("data", "list")
    assert "digits: " in found.out
    assert "chainrule data fetch mnist (12 MB)" in found.out
    assert [entry["name"] for entry in cli("data", "list", "--json").objects()] == [
        "digits",
        "mnist",
        "fashion-mnist",
    ]


def test_data_check(cli, table: Path):
    found = cli("data", "check")
    assert "verified: the published files, bit for bit" in found.out
    assert re.search(r"^all +1,197 +300 +300$", found.out, re.MULTILINE)
    assert "your own data" in cli("data", "check", table).out
    assert cli("data", "check", table, "--json").objects()[0]["inputs"] == 2


def test_data_fetch_of_what_is_here(cli):
    assert " ".join(cli("data", "fetch", "digits").out.split()).startswith("digits is in ")


def test_data_fetch_without_a_network(cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    found = cli("data", "fetch", "mnist")
    assert found.status == 2
    assert found.err.startswith("chainrule: mnist is not on this computer and could not be")
    assert found.err.count("\n") == 1


@pytest.mark.parametrize("across", [20, 40, 60])
def test_a_confusion_matrix_that_does_not_fit_is_said_to_be_left_out(
    cli, trained: Path, monkeypatch: pytest.MonkeyPatch, across: int
):
    wide = cli("evaluate", trained).out.partition("A row is the class")[2]
    needed = max(map(len, wide.splitlines()))
    monkeypatch.setenv("COLUMNS", str(across))
    found = cli("evaluate", trained).out
    said = " ".join(found.split())
    fits = needed <= across
    assert ("A row is the class" in said) is fits
    told = f"The confusion matrix takes {needed} columns, and there are {across}: make"
    assert (told in said) is not fits
    told_in = ("The confusion matrix" + found.partition("The confusion matrix")[2]).splitlines()
    assert max(map(len, told_in)) <= across


# --- plot ------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["curves", "weights"])
@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml")])
def test_plot_draws(cli, trained: Path, what: str, suffix: str, start: bytes):
    pytest.importorskip("matplotlib")
    found = cli("plot", trained, "--what", what, "--out", f"plot{suffix}")
    assert (found.status, found.out) == (0, f"{what} drawn in plot{suffix}\n")
    assert Path(f"plot{suffix}").read_bytes().startswith(start)


def test_plot_names_its_file_after_the_run(cli, trained: Path):
    pytest.importorskip("matplotlib")
    assert cli("plot", trained, "--json").objects()[0]["out"] == "digits-curves.png"
    assert Path("digits-curves.png").exists()


def test_curves_are_those_of_the_history(trained: Path):
    pytest.importorskip("matplotlib")
    from chainrule.cli.plot import draw_curves

    run = cr.load_run(trained)
    cost, accuracy = draw_curves("digits", run).axes
    by_label = {line.get_label(): line for line in cost.get_lines()}
    assert np.array_equal(by_label["training"].get_ydata(), [epoch.cost for epoch in run.history])
    validation = np.array([epoch.validation_cost for epoch in run.history], float)
    assert np.array_equal(by_label["validation"].get_ydata(), validation)
    assert by_label["training"].get_linestyle() != by_label["validation"].get_linestyle()
    assert accuracy.get_title() == "accuracy, %"


def test_what_was_not_measured_is_a_gap_in_the_curves(trained: Path):
    pytest.importorskip("matplotlib")
    from chainrule.cli.plot import draw_curves

    run = cr.load_run(trained)
    gap = replace(run.history[1], validation_cost=None, validation_accuracy=None, accuracy=None)
    history = (run.history[0], gap, *run.history[2:])
    for axes, missing in zip(
        draw_curves("digits", replace(run, history=history)).axes,
        ({"validation"}, {"training", "validation"}),
        strict=True,
    ):
        for line in axes.get_lines():
            gaps = np.flatnonzero(np.isnan(np.asarray(line.get_ydata(), float)))
            assert gaps.tolist() == ([1] if line.get_label() in missing else [])
    none = [replace(e, validation_cost=None, validation_accuracy=None) for e in history]
    for axes in draw_curves("digits", replace(run, history=tuple(none))).axes:
        assert [line.get_label() for line in axes.get_lines()] == ["training"]


def test_a_name_is_no_formula(trained: Path):
    pytest.importorskip("matplotlib")
    from chainrule.cli.plot import draw_curves, save

    run = cr.load_run(trained)
    odd = replace(run, data={**run.data, "name": r"pay$\frac$.csv"})
    save(draw_curves("odd", odd), Path("odd.png"))
    assert Path("odd.png").exists()


def test_weights_share_one_scale_with_zero_white(trained: Path):
    pytest.importorskip("matplotlib")
    from chainrule.cli.plot import draw_weights

    run = cr.load_run(trained)
    figure = draw_weights("digits", run)
    images = [axes.get_images()[0] for axes in figure.axes if axes.get_images()]
    largest = float(np.abs(run.network.parameters["W1"]).max())
    assert len(images) == 30
    assert {image.get_clim() for image in images} == {(-largest, largest)}
    low, white, high = (images[0].get_cmap()(place) for place in (0.0, 0.5, 1.0))
    assert high[2] > high[0], "blue is positive"
    assert low[0] > low[2], "orange is negative"
    assert white == pytest.approx((1, 1, 1, 1), abs=0.01)


def test_plot_without_matplotlib(cli, trained: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    found = cli("plot", trained)
    assert found.status == 2
    assert found.err == "chainrule: plots need matplotlib: pip install matplotlib\n"


def test_a_plot_that_cannot_be_written_says_what_is_so(
    cli, trained: Path, monkeypatch: pytest.MonkeyPatch
):
    pytest.importorskip("matplotlib")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    found = cli("plot", trained, "--out", "new.png")
    assert found.err == "chainrule: new.png cannot be written: No space left on device\n"
    Path("old.png").write_bytes(b"old")
    assert "what was there before is unchanged" in cli("plot", trained, "--out", "old.png").err
    assert Path("old.png").read_bytes() == b"old"


# --- doctor ----------------------------------------------------------------------------------


def test_doctor_says_what_numpy_runs_on(cli):
    found = cli("doctor")
    assert found.status == 0
    assert np.__version__ in found.out
    for heading in ("Python", "NumPy", "Products of matrices", "Data", "Cache", "Terminal"):
        assert f"{heading}\n" in found.out
    report = cli("doctor", "--json").objects()[0]
    assert report["processor"]["numpy"] == np.__version__


def test_doctor_explains_missed_kernels(cli, monkeypatch: pytest.MonkeyPatch):
    from chainrule.machine import Report

    narrow = Report("2.0", "openblas", "0.3", "Zen", 2, "AuthenticAMD", True, None)
    monkeypatch.setattr("chainrule.machine.report", lambda: narrow)
    said = " ".join(cli("doctor").out.split())
    assert "twice as wide" in said
    assert "OPENBLAS_CORETYPE=SkylakeX python your_program.py" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "cross-entropy, on 10 random examples, in float64"),
        (("--examples", 1), ", on 1 random example, in"),
        (("--l2", 5, "--dropout", 0.5), "examples, with L2 5 and dropout 0.5, in float64"),
        (("--l1", 0.1), "with L1 0.1, in float64"),
    ],
)
def test_a_gradient_check_says_what_it_is_of(cli, options: tuple[object, ...], said: str):
    assert said in " ".join(cli("check-gradients", *options).out.split())


@pytest.mark.parametrize(
    ("examples", "said"),
    [(1, "the first training example of digits"), (1197, "the first 1,197 training examples of")],
)
def test_a_gradient_check_on_a_run_says_its_examples(cli, trained: Path, examples: int, said: str):
    found = cli("check-gradients", trained, "--examples", examples)
    assert said in " ".join(found.out.split())


@pytest.mark.parametrize(
    ("shell", "said"),
    [
        ("SkylakeX", "OPENBLAS_CORETYPE=SkylakeX, which names the kernels to take"),
        ("Haswell", "the command chainrule set it, for kernels as wide as this processor allows"),
        ("Haswell", "your shell has Haswell"),
        (None, "your shell does not set it"),
    ],
)
def test_doctor_tells_what_the_shell_set_from_what_it_set_itself(
    cli, monkeypatch: pytest.MonkeyPatch, shell: str | None, said: str
):
    from chainrule.machine import Report

    wide = Report("2.0", "openblas", "0.3", "SkylakeX", 2, "AuthenticAMD", True, "SkylakeX")
    monkeypatch.setattr("chainrule.machine.report", lambda: wide)
    monkeypatch.setattr("chainrule.machine.FROM_THE_SHELL", shell)
    assert said in " ".join(cli("doctor").out.split())
    found = cli("doctor", "--json").objects()[0]["processor"]
    assert (found["kernels_asked_for"], found["kernels_of_the_shell"]) == ("SkylakeX", shell)


@pytest.mark.parametrize("shell", ["Haswell", "SkylakeX"])
def test_doctor_reads_the_shell_before_the_command_changes_it(process, shell: str):
    found = process("doctor", "--json", OPENBLAS_CORETYPE=shell, CHAINRULE_KERNELS="").objects()[0]
    assert found["processor"]["kernels_of_the_shell"] == shell


def test_a_network_saved_alone_is_checked_on_random_examples(cli, tmp_path: Path):
    cr.Network([6, 4, 3], cost="cross-entropy").save(tmp_path / "alone.safetensors")
    found = cli("check-gradients", tmp_path / "alone.safetensors", "--examples", 7)
    assert found.status == 0, found.err
    assert "on 7 random examples" in found.out


def test_the_help_lists_what_the_tables_hold(cli, monkeypatch: pytest.MonkeyPatch):
    from chainrule.network import ACTIVATIONS, COSTS, INITIALISATIONS, OPTIMIZERS, SCHEDULES

    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setitem(OPTIMIZERS, "another", OPTIMIZERS["sgd"])
    found = re.sub(r"-\n +", "-", cli("train", "--help").out)  # folded behind a hyphen
    elementwise = [name for name, f in ACTIVATIONS.items() if not f.competes]
    for name in (*elementwise, *COSTS, *INITIALISATIONS, *OPTIMIZERS, *SCHEDULES):
        assert name in found
    monkeypatch.undo()
    assert "another" not in cli("train", "--help").out


def test_no_sentence_of_a_help_is_cut_off_in_a_narrow_terminal(cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    for words in (("--help",), ("data", "--help"), ("build", "--help"), ("check", "--help")):
        lines = cli(*words).out.splitlines()
        assert max(map(len, lines)) <= 40, words
        commands = lines[lines.index("Commands:") :] if "Commands:" in lines else []
        assert not any(line.endswith("...") for line in commands)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("version",), "did you mean --version?"),
        (("train", "-e", "3"), "did you mean --epsilon or --epochs?"),
        (("train", "--epoch", "3"), "did you mean --epochs?"),
        (("train", "-z"), "no option -z; chainrule train --help"),
    ],
)
def test_what_was_probably_meant(cli, words, meant):
    assert meant in cli(*words).err


def test_export_says_what_it_wrote_and_what_to_type(cli):
    done = cli("export", "softmax", "-o", "mine.py")
    assert "Saved in mine.py. Next: python mine.py" in done.out
    before = Path("mine.py").read_text("utf-8")
    done = cli("export", "quadratic", "-o", "mine.py")
    assert (done.status, Path("mine.py").read_text("utf-8")) == (2, before)
    assert "is there already" in done.err
    assert [path.name for path in Path().iterdir()] == ["mine.py"]
