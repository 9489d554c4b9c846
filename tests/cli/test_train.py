"""`chainrule train`: what it reaches, what it says, what it leaves."""

from __future__ import annotations

import importlib.machinery
import re
import shlex
import sys
import types
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule.cli import training_report
from chainrule.cli.failure import options as as_options
from chainrule.cli.plot import draw_curves
from chainrule.network import Adam, RMSProp, share_of_commonest
from chainrule.runs import (
    MOST_EPOCHS,
    Advice,
    Choices,
    RunReport,
    TrainingRun,
    report_on,
    start,
)


def advised(lines: list[str]) -> list[list[str]]:
    """The commands of what to type next, each as its words."""
    return [shlex.split(line)[1:] for line in lines if line.startswith("  chainrule ")]


def written(advice: tuple[Advice, ...]) -> str:
    """Advice as the terminal writes it."""
    return ". ".join(one.text(as_options) for one in advice)


def learned(going: TrainingRun) -> RunReport:
    """The report of a run that has not been trained yet as if its network had learned."""
    return replace(report_on(going), at_chance=False)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_bundled_digits_are_learned_by_default(cli, seed: int):
    found = cli("train", "--seed", seed)
    assert found.status == 0
    assert found.err == ""
    accuracy = re.search(r"^test accuracy (\d+\.\d\d) %", found.out, re.MULTILINE)
    assert accuracy is not None
    assert float(accuracy[1]) >= 93


def test_what_it_says(cli):
    found = cli("train", "--epochs", 8)
    lines = found.out.splitlines()
    assert lines[0] == "digits: 1,197 examples to train on, 300 to choose with, 300 to test"
    assert lines[1] == "inputs are pixels, divided by 16"
    assert lines[2] == "64-30-10 sigmoid cross-entropy: 2,260 weights and biases"
    assert "learning rate 0.5" in lines[3]
    epochs = [line for line in lines if line.startswith("epoch ")]
    assert len(epochs) == 8
    assert re.fullmatch(
        r"epoch 8/8  cost [\d.]+ *  validation [\d.]+ %  training [\d.]+ %", epochs[-1]
    )
    assert re.search(r"^  \d taken for \d  \d+ times?$", found.out, re.MULTILINE)
    assert re.search(r"is \d +is \d", found.out), "mistakes are drawn side by side"
    assert re.search(r"said \d \(0\.\d\d\)", found.out)
    assert "█" in found.out
    assert "\x1b" not in found.out
    assert "Saved in digits-64-30-10.safetensors" in lines
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("there", [True, False])
def test_a_plot_is_offered_where_it_can_be_drawn(cli, monkeypatch: pytest.MonkeyPatch, there: bool):
    monkeypatch.setitem(sys.modules, "matplotlib", types.ModuleType("matplotlib"))
    spec = importlib.machinery.ModuleSpec("matplotlib", None)
    sys.modules["matplotlib"].__spec__ = spec if there else None
    lines = cli("train", "--epochs", 1).out.splitlines()
    assert ("  chainrule plot digits-64-30-10.safetensors" in lines) is there
    assert '  chainrule listing "64-30-10 sigmoid cross-entropy"' in lines


def test_the_accuracy_said_is_that_of_the_file(cli):
    *_, result = cli("train", "--epochs", 3, "--json", "--out", "run.safetensors").objects()
    network, data = cr.Network.load("run.safetensors"), cr.load("digits")
    right = np.mean(network.predict(data.test.X) == data.test.y)
    assert result["test"]["accuracy"] == pytest.approx(right)
    assert sum(pair["times"] for pair in result["most_confused"]) <= 300 * (1 - right) + 1e-9
    wrong = network.predict_proba(data.test.X)[network.predict(data.test.X) != data.test.y]
    surest = np.sort(wrong.max(axis=1))[::-1][: len(result["mistakes"])]
    assert [mistake["output"] for mistake in result["mistakes"]] == pytest.approx(surest.tolist())
    for mistake in result["mistakes"]:
        row = data.test.X[[mistake["example"]]]
        said = int(network.predict(row)[0])
        assert mistake["said"] == data.classes[said]
        assert mistake["class"] == data.classes[data.test.y[mistake["example"]]]
        assert mistake["output"] == pytest.approx(float(network.predict_proba(row)[0, said]))


def test_it_is_the_training_of_the_library(cli):
    cli("train", "--epochs", 2, "--seed", 7, "--l2", 0.5, "--out", "run.safetensors")
    network = cr.Network([64, 30, 10], cost="cross-entropy", init="scaled", seed=7)
    for _ in cr.train(network, cr.load("digits"), epochs=2, optimizer=cr.SGD(0.5), l2=0.5, seed=7):
        pass
    saved = cr.Network.load("run.safetensors")
    assert np.array_equal(saved.flat, network.flat)


def test_json_is_one_object_a_line(cli):
    found = cli("train", "--epochs", 3, "--json")
    *epochs, result = found.objects()
    assert [epoch["type"] for epoch in epochs] == ["epoch"] * 3
    assert [epoch["number"] for epoch in epochs] == [1, 2, 3]
    assert result["type"] == "result"
    assert result["run"] == "digits-64-30-10.safetensors"
    assert result["epochs"] == 3
    assert result["data"]["name"] == "digits"
    assert len(result["test"]["confusion"]) == 10


def test_the_part_of_the_training_examples_that_is_measured_is_said(cli):
    pytest.importorskip("matplotlib")
    rows = [f"{k % 2},{k % 7},{k % 2 + k % 5}" for k in range(18_000)]
    Path("many.csv").write_text("\n".join(["label,u,v", *rows]), encoding="utf-8")
    options = ("--layers", "2", "--epochs", 1, "--batch-size", 500, "--out")
    found = cli("train", "--data", "many.csv", *options, "run.safetensors")
    said = "cost and training accuracy are those of the first 10,000 training examples"
    assert found.out.count(said) == 1
    epoch, result = cli(
        "train", "--data", "many.csv", *options, "2.safetensors", "--json"
    ).objects()
    assert epoch["training_examples_measured"] == 10_000
    assert result["training_examples_measured"] == 10_000
    network, train = cr.Network.load("run.safetensors"), cr.load("many.csv").train
    assert epoch["accuracy"] == cr.evaluate(network, train.X[:10_000], train.y[:10_000]).accuracy
    run = cr.load_run("run.safetensors")
    label = draw_curves("many", run).axes[0].get_lines()[0].get_label()
    assert label == f"training, the first 10,000 of {len(train):,}"


def test_nothing_is_said_where_all_training_examples_are_measured(cli):
    assert "are those of the first" not in cli("train", "--epochs", 1).out
    epoch, _ = cli("train", "--epochs", 1, "--json").objects()
    assert epoch["training_examples_measured"] == 1197


def test_no_file_is_overwritten(cli):
    for expected in ("", "-2", "-3"):
        *_, result = cli("train", "--epochs", 1, "--layers", "5", "--json").objects()
        assert result["run"] == f"digits-64-5-10{expected}.safetensors"
        assert Path(result["run"]).stat().st_size > 0
    assert len(list(Path().iterdir())) == 3, "nothing else is left behind"


def test_every_option_reaches_the_run(cli):
    found = cli(
        *("train", "--json", "--layers", "12,8", "--hidden", "tanh,relu", "--output", "softmax"),
        *("--cost", "log-likelihood", "--init", "glorot", "--optimizer", "adam"),
        *("--learning-rate", 0.002, "--beta1", 0.8, "--beta2", 0.99, "--epsilon", 1e-7),
        *("--batch-size", 20, "--epochs", 2, "--l1", 0.1, "--l2", 0.2, "--dropout", "0.1,0.2"),
        *("--schedule", "step:1:0.5", "--patience", 9, "--seed", 4, "--out", "all.safetensors"),
    )
    assert found.status == 0, found.err
    first, second, result = found.objects()
    assert (first["learning_rate"], second["learning_rate"]) == (0.002, 0.001)
    assert result["network"] == "64-12-8-10 tanh relu softmax log-likelihood"
    assert result["settings"] == {
        "init": "glorot",
        "seed": 4,
        "optimizer": "adam",
        "optimizer_settings": {
            "learning_rate": 0.002,
            "beta1": 0.8,
            "beta2": 0.99,
            "epsilon": 1e-7,
        },
        "batch_size": 20,
        "epochs": 2,
        "l1": 0.1,
        "l2": 0.2,
        "dropout": [0.1, 0.2],
        "schedule": "step:1:0.5",
        "patience": 9,
    }


@pytest.mark.parametrize(
    "options",
    [
        ("--optimizer", "momentum", "--momentum", 0.8),
        ("--optimizer", "nesterov"),
        ("--optimizer", "rmsprop", "--rho", 0.95),
        ("--optimizer", "adam"),
        ("--cost", "quadratic"),
        ("--hidden", "relu"),
        ("--hidden", "leaky_relu", "--output", "softmax"),
        ("--hidden", "tanh", "--cost", "quadratic"),
        ("--output", "identity"),
        ("--layers", "none"),
        ("--layers", "40,20"),
        ("--batch-size", 64, "--dropout", 0.2),
    ],
    ids=lambda options: " ".join(map(str, options)),
)
def test_what_is_not_given_is_chosen_to_do_well(cli, options: tuple[object, ...]):
    *_, result = cli("train", "--json", *options).objects()
    assert result["test"]["accuracy"] >= 0.9


def test_early_stopping_ends_with_its_best_epoch(cli):
    *epochs, result = cli("train", "--patience", 3, "--epochs", 60, "--json").objects()
    accuracies = [(epoch["validation_accuracy"], -epoch["validation_cost"]) for epoch in epochs]
    best = 1 + accuracies.index(max(accuracies))
    assert result["best_epoch"] == best
    assert len(epochs) == best + 3 < 60
    run = cr.load_run(result["run"])
    assert run.best is not None
    network = cr.Network.with_parameters(run.network.architecture, run.best[1], "float32")
    data = cr.load("digits")
    right = np.mean(network.predict(data.test.X) == data.test.y)
    assert result["test"]["accuracy"] == pytest.approx(right)
    assert result["test"]["cost"] == pytest.approx(cr.evaluate(network, data.test).cost)
    shown = cli("evaluate", result["run"], "--json").objects()[0]
    assert shown["accuracy"] == result["test"]["accuracy"]
    assert shown["cost"] == result["test"]["cost"]


def test_early_stopping_is_told(cli):
    found = cli("train", "--patience", 2, "--epochs", 60)
    assert re.search(r"Stopped early: epoch \d+ was the best on the validation", found.out)
    assert found.out.partition("Stopped early")[2].partition("test accuracy")[0].endswith("\n\n")


def test_what_is_advised_next_can_be_done(cli):
    pytest.importorskip("matplotlib")
    for options in (("--epochs", 2), ("--patience", 2, "--epochs", 60)):
        out = cli("train", *options).out
        stopped = "Stopped early" in out
        assert stopped == ("--patience" in options)
        commands = advised(out.splitlines())
        assert ("--resume" in out) is not stopped, "it would be refused"
        assert {command[0] for command in commands} >= {"plot", "listing"}
        for command in commands:
            if command[0] != "predict":  # that takes a picture of one's own
                assert cli(*command).status == 0, command


@pytest.mark.parametrize(
    ("epochs", "more"),
    [(30, "30 epochs"), (MOST_EPOCHS - 2000, "2,000 epochs"), (MOST_EPOCHS - 1, "1 epoch")],
)
def test_more_epochs_are_advised_up_to_the_most(epochs: int, more: str):
    going = start("digits", Choices(epochs=epochs), out="a.safetensors")
    command, what = training_report.next_lines(learned(going), going.data)[-1].splitlines()
    assert what.strip() == f"{more} more"
    asked = int(advised([command])[0][-1])
    assert asked == epochs + int(more.split()[0].replace(",", "")) <= MOST_EPOCHS


def test_no_more_than_the_most_epochs_are_advised():
    going = start("digits", Choices(epochs=MOST_EPOCHS), out="a.safetensors")
    assert "--resume" not in "\n".join(training_report.next_lines(learned(going), going.data))


def test_a_run_that_diverges_is_explained(cli):
    found = cli("train", "--output", "identity", "--learning-rate", 300)
    assert found.status == 2
    assert found.err.startswith("chainrule: the ")
    assert "learning rate 300 is too large" in found.err
    assert found.err.count("\n") == 1
    assert "nan" not in (found.out + found.err).lower()
    assert list(Path().iterdir()) == [], "a run without one good epoch leaves no file"


@pytest.mark.parametrize("rate", [0.2, 0.4, 1, 3, 10])
def test_no_learning_rate_prints_nan(cli, rate: float):
    found = cli(
        *("train", "--output", "identity", "--hidden", "relu", "--init", "normal"),
        *("--learning-rate", rate, "--epochs", 4),
    )
    assert found.status in (0, 2)
    assert not re.search(r"\b(nan|inf)\b", found.out + found.err, re.IGNORECASE)
    assert found.err.count("\n") == (found.status == 2)


@pytest.mark.parametrize("cost", ["quadratic", "cross-entropy"])
def test_a_saturated_network_is_explained(cli, cost: str):
    found = cli("train", "--cost", cost, "--learning-rate", 300, "--epochs", 10)
    assert found.status == 0
    text = " ".join(found.out.split())
    assert "test accuracy 10.00 %" in text
    assert "no better than always answering the commonest class" in text
    assert "the slope f'(z) of sigmoid is nearly 0" in text
    assert "Try --learning-rate" in text
    assert "predict" not in text, "there is nothing that it could predict"


def test_always_the_commonest_class_is_no_learning(capsys: pytest.CaptureFixture[str]):
    going = start("digits", Choices(layers=()), out="a.safetensors")
    network, test = going.run.network, going.data.test
    commonest = int(np.argmax(np.bincount(test.y)))
    network.parameters["W1"][:] = 0
    network.parameters["b1"][:] = np.eye(10)[commonest]
    assert cr.evaluate(network, test).accuracy == share_of_commonest(test)
    training_report.print_report(going, report_on(going), json=False)
    assert "no better than always answering the commonest class" in capsys.readouterr().out


def test_too_small_steps_are_told_from_saturation(cli):
    found = cli("train", "--learning-rate", 1e-6, "--epochs", 1, "--json")
    assert "too small" in found.objects()[-1]["advice"]


def test_a_table_of_ones_own(cli, table: Path):
    found = cli("train", "--data", table, "--layers", "4")
    assert found.status == 0, found.err
    assert "table: " in found.out
    assert "2-4-3 sigmoid cross-entropy" in found.out
    assert "predict" not in found.out, "a table has no pictures to predict"


@pytest.mark.parametrize(
    ("header", "named"), [("age,rooms,size", "age, rooms, size;"), ("a,b,c,d", "a, b, c, ...;")]
)
def test_columns_without_labels_are_named(cli, header: str, named: str):
    row = ",".join("1" * len(header.split(",")))
    Path("own.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    assert f"no column of labels among {named}" in cli("train", "--data", "own.csv").err


def test_narrow_terminals_are_not_overrun(cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")
    found = cli("train", "--epochs", 2, "--layers", "9")
    said = found.out.partition("test accuracy")[2].partition("Saved in")[0]
    assert max(map(len, said.splitlines())) <= 40


def test_what_was_done_to_the_inputs_is_said(cli, tmp_path: Path):
    assert "inputs are pixels, divided by 16" in cli("train", "--epochs", 1).out
    rows = [f"{k % 3 - 1},{k % 3 * 7.5},{'abc'[k % 3]}" for k in range(60)]
    Path("own.csv").write_text("\n".join(["one,two,label", *rows]), encoding="utf-8")
    found = cli("train", "--data", "own.csv", "--epochs", 5)
    assert "inputs are features, each brought to mean 0 and spread 1" in found.out


def test_a_name_does_not_steer_the_terminal(cli):
    found = cli("train", "--data", "no\x1b[31mred")
    assert found.status == 2
    assert "\x1b" not in found.err
    assert "\\x1b[31mred" in found.err


def test_the_help_says_whose_epsilon_is_which(cli):
    rmsprop, adam = RMSProp().epsilon, Adam().epsilon
    help_text = " ".join(cli("train", "--help").out.split()).replace("e-0", "e-")
    defaults = f"[{rmsprop:g} for rmsprop, {adam:g} for adam]".replace("e-0", "e-")
    assert defaults in help_text


DEEP = ("--layers", "5,5,5,5,5,5")


@pytest.mark.parametrize(
    ("options", "cause", "advised"),
    [
        (DEEP, "vanishing gradient", "--layers 5,5"),
        (DEEP, "vanishing gradient", "--hidden tanh --learning-rate 0.1"),
        ((*DEEP, "--learning-rate", 3), "in layer 7 and", "--layers 5,5 --learning-rate 0.5"),
        (("--layers", "30,30,30,30,30,30"), "sigmoid is at most 1/4", "--layers 30,30"),
        (("--l1", 100), "L1 penalty 100 draws the weights to 0", "--l1 0.1"),
        (("--l2", 1000), "L2 penalty 1000 draws the weights to 0", "--l2 0.1"),
        (("--l2", 300, "--l1", 30), "L2 penalty 300", "--l2 0.1 --l1 0"),
        (("--dropout", 0.999), "0.03 of the 30 neurons of layer 1", "--dropout 0.2"),
        (
            ("--batch-size", 5000, "--learning-rate", 0.01),
            "30 steps (1 an epoch)",
            "--batch-size 10 --learning-rate 0.5",
        ),
        (("--learning-rate", 0.001, "--epochs", 1), "too few", "--learning-rate 0.5 --epochs 30"),
        (("--learning-rate", 300), "saturated", "--learning-rate 0.5"),
        (("--hidden", "relu", "--learning-rate", 5), "they give 0", "--learning-rate 0.1"),
        (
            ("--output", "relu"),
            "outputs are 0 for each of the first 500 training examples",
            "--output softmax --cost log-likelihood --learning-rate 0.5",
        ),
        (
            ("--output", "relu", "--hidden", "relu", "--learning-rate", 3),
            "nothing teaches them any more",
            "--output softmax --cost log-likelihood --learning-rate 0.1",
        ),
    ],
    ids=lambda part: part if isinstance(part, str) else " ".join(map(str, part)),
)
def test_the_cause_is_named_and_the_advice_works(
    cli, options: tuple[object, ...], cause: str, advised: str
):
    *_, result = cli("train", *options, "--json").objects()
    assert result["test"]["accuracy"] < 0.5
    assert cause in result["advice"]
    assert re.search(rf"(Try|or|as in) (.* )?{advised}(,|$|\.)", result["advice"])
    *_, better = cli("train", *options, *advised.split(), "--json").objects()
    assert better["test"]["accuracy"] > max(0.5, 2 * result["test"]["accuracy"])


def test_two_causes_are_both_named(cli):
    *_, result = cli("train", *DEEP, "--l2", 1000, "--json").objects()
    assert "vanishing gradient" in result["advice"]
    assert "L2 penalty 1000" in result["advice"]


def test_outputs_that_are_0_are_told_of_a_network_that_does_better_than_chance(cli):
    found = cli("train", "--output", "relu")
    assert re.search(r"\d of the 10 outputs are 0 for each", " ".join(found.out.split()))
    assert "commonest class" not in found.out


def test_one_step_an_epoch_is_said(cli):
    found = cli("train", "--epochs", 1, "--batch-size", 5000)
    said = "all 1,197 examples in one mini-batch (one step an epoch)"
    assert said in " ".join(found.out.split())
    assert "mini-batches of 1,196" in cli("train", "--epochs", 1, "--batch-size", 1196).out
