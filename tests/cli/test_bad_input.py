"""Whatever is wrong with a command line or a file: one clear line, exit status 2, no traceback."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file


def refused(found: Any, *words: str) -> None:
    """One line on standard error that names what is wrong."""
    assert found.status == 2, found
    assert found.err.startswith("chainrule: "), found.err
    assert found.err.count("\n") == 1, found.err
    assert "Traceback" not in found.err
    assert "fault of this program" not in found.err
    assert "╭" not in found.err
    for word in words:
        assert word in found.err, found.err


OPTIONS: list[tuple[str, tuple[str, ...]]] = [
    # the command line itself
    ("trian", ("no command 'trian'", "did you mean train?")),
    ("xyzzy", ("no command 'xyzzy'", "--help")),
    ("--versio", ("no option --versio", "--version")),
    ("train --epoch 3", ("no option --epoch", "did you mean --epochs?")),
    ("train --zzz", ("no option --zzz", "chainrule train --help")),
    ("train extra", ("extra",)),
    ("train --epochs", ("--epochs",)),
    ("evaluate", ("RUN",)),
    ("predict", ("RUN",)),
    ("data fetch", ("NAME",)),
    ("data ftech mnist", ("no command 'ftech'", "did you mean fetch?")),
    # numbers
    ("train --epochs x", ("--epochs: 'x' is not a whole number from 1 to 10000",)),
    ("train --epochs 100000", ("--epochs: '100000'",)),
    ("train --epochs 0", ("--epochs: '0'",)),
    ("train --epochs -3", ("--epochs: '-3'",)),
    ("train --epochs 1.5", ("--epochs: '1.5'",)),
    ("train --batch-size 0", ("--batch-size: '0' is not a whole number from 1 up",)),
    ("train --batch-size -1", ("--batch-size: '-1'",)),
    ("train --learning-rate x", ("--learning-rate: 'x'",)),
    ("train --learning-rate 0", ("--learning-rate 0",)),
    ("train --learning-rate -1", ("--learning-rate -1",)),
    ("train --learning-rate nan", ("--learning-rate nan",)),
    ("train --learning-rate inf", ("--learning-rate inf",)),
    ("train --l1 -1", ("--l1 -1",)),
    ("train --l2 -1", ("--l2 -1",)),
    ("train --l2 nan", ("--l2 nan",)),
    ("train --dropout 1", ("--dropout 1",)),
    ("train --dropout -0.1", ("--dropout -0.1",)),
    ("train --dropout half", ("--dropout 'half'", "0.2,0.5")),
    ("train --dropout 0.1,0.2", ("dropout rates is 2, that of hidden layers 1",)),
    ("train --patience 0", ("--patience: '0'",)),
    ("train --seed -1", ("--seed: '-1' is not a whole number from 0 up",)),
    ("train --seed 1e3", ("--seed: '1e3'",)),
    # layers
    ("train --layers 784-30-10", ("--layers '784-30-10'", "30 or 100,50")),
    ("train --layers 30,", ("--layers '30,'",)),
    ("train --layers 0", ("a layer",)),
    ("train --layers -5", ("--layers '-5'",)),
    ("train --layers 3.5", ("--layers '3.5'",)),
    ("train --layers thirty", ("--layers 'thirty'",)),
    ("train --layers 999999999", ("a layer",)),
    ("train --layers 1000000,1000000", ("1000000",)),
    ("train --layers 30²", ("--layers '30²'",)),
    # names
    ("train --hidden sigmiod", ("'sigmiod'", "sigmoid, tanh, relu")),
    ("train --hidden sigmoid,relu", ("hidden activations is 2, that of hidden layers 1",)),
    ("train --output relux", ("'relux'",)),
    ("train --cost mse", ("'mse'", "quadratic, cross-entropy, log-likelihood")),
    ("train --cost cross-entropy --output softmax", ("log-likelihood",)),
    ("train --cost log-likelihood --output sigmoid", ("cross-entropy",)),
    ("train --init zeros", ("'zeros'", "normal, scaled, glorot, he")),
    ("train --optimizer sdg", ("'sdg'", "sgd, momentum, nesterov, rmsprop, adam")),
    ("train --momentum 0.9", ("--momentum is no setting of sgd", "momentum or nesterov")),
    ("train --optimizer adam --rho 0.9", ("--rho is no setting of adam", "rmsprop")),
    ("train --optimizer momentum --momentum 1", ("--momentum 1",)),
    ("train --optimizer adam --beta1 1.5", ("--beta1 1.5",)),
    ("train --optimizer adam --epsilon 0", ("--epsilon 0",)),
    ("train --schedule fast", ("'fast'", "cosine")),
    ("train --schedule step:0:0.5", ("--schedule step:0:0.5",)),
    ("train --schedule step:x:0.5", ("step:x:0.5",)),
    ("train --schedule exponential:2", ("(0, 1]",)),
    # data
    ("train --data mnits", ("'mnits'", "did you mean 'mnist'?")),
    ("train --data nowhere.csv", ("nowhere.csv", "no such file")),
    ("train --data folder/nowhere.csv", ("the folder folder is not there",)),
    ("train --data mnist --data-dir nowhere", ("nowhere: no such folder",)),
    ("train --data .", ("no data set known here",)),
    ("data check nowhere.npz", ("nowhere.npz",)),
    ("data fetch cifar10", ("cifar10",)),
    (
        "train --data-dir /nope",
        ("--data-dir /nope is for mnist and fashion-mnist, not for digits",),
    ),
    ("check-gradients 3-2 --data-dir /nope", ("not for random examples",)),
    ("data list --data-dir nowhere", ("nowhere: no such folder",)),
    # runs
    ("train --resume nowhere.safetensors", ("nowhere.safetensors: no such file",)),
    ("train --resume .", ("is a folder",)),
    ("train --out .", ("is a folder",)),
    ("train --out nowhere/run.safetensors", ("there is no folder nowhere",)),
    ("evaluate nowhere.safetensors", ("no such file",)),
    ("predict nowhere.safetensors one.png", ("no such file",)),
    ("plot nowhere.safetensors", ("no such file",)),
    ("check-gradients nowhere.safetensors", ("no such file",)),
    # architectures
    ("listing 784", ("784",)),
    ("listing 784-30-10=sigmiod", ("no architecture",)),
    ("listing 784-30-10 --batch-size 0", ("--batch-size: '0'",)),
    ("listing 784-30-10 --optimizer sdg", ("'sdg'",)),
    ("listing 784-30-10 --dropout 2", ("--dropout 2",)),
    ("check-gradients 5-4-3 --examples 0", ("--examples: '0'",)),
    ("check-gradients 5-4-3 --l1 -1", ("--l1 -1",)),
    ("check-gradients 5-4-3 --dropout 1", ("--dropout 1",)),
]


@pytest.mark.parametrize(("line", "words"), OPTIONS, ids=[line for line, _ in OPTIONS])
def test_bad_options(cli, line: str, words: tuple[str, ...]):
    found = cli(*line.split())
    refused(found, *words)
    assert found.out == ""
    assert list(Path().iterdir()) == [], "nothing is left behind"


def test_words_of_an_architecture(cli):
    refused(cli("listing", "784-30-10 sigmiod"), "'sigmiod'", "sigmoid")
    refused(cli("listing", "784-30-10 sigmoid quadratic cross-entropy"), "2 costs")
    refused(cli("check-gradients", "784-30-10 softmax cross-entropy"), "softmax")


def test_the_real_command_says_the_same(process):
    refused(process("train", "--epoch", "3"), "did you mean --epochs?")
    refused(process("evaluate", "nowhere.safetensors"), "no such file")
    refused(process("predict", "--zzz", NO_COLOR="1", COLUMNS="40"), "no option --zzz")


def test_a_near_name_is_offered(cli, run_copy: Path):
    refused(cli("evaluate", run_copy.parent / "rum.safetensors"), "did you mean 'run.safetensors'?")


# --- runs that do not fit --------------------------------------------------------------------


def test_an_existing_file_is_not_overwritten(cli, run_copy: Path):
    before = run_copy.read_bytes()
    refused(cli("train", "--out", run_copy), "is there already", f"--resume {run_copy}")
    assert run_copy.read_bytes() == before


def test_a_link_to_nothing_is_told_before_training(cli, tmp_path: Path):
    link = tmp_path / "link.safetensors"
    link.symlink_to("nowhere")
    refused(cli("train", "--out", link), "is a link to nowhere, which is not there")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--learning-rate", 1), ("--learning-rate 1.0 contradicts", "0.5")),
        (("--layers", "31"), ("--layers 31 contradicts", "30")),
        (("--hidden", "relu"), ("--hidden relu contradicts", "sigmoid")),
        (("--output", "softmax"), ("--output softmax contradicts",)),
        (("--cost", "quadratic"), ("--cost quadratic contradicts", "cross-entropy")),
        (("--init", "he"), ("--init he contradicts", "scaled")),
        (("--optimizer", "adam"), ("--optimizer adam contradicts", "sgd")),
        (("--momentum", 0.9), ("--momentum 0.9 contradicts", "none")),
        (("--batch-size", 20), ("--batch-size 20 contradicts", "10")),
        (("--seed", 1), ("--seed 1 contradicts", "0")),
        (("--dropout", "0.5"), ("--dropout 0.5 contradicts",)),
        (("--l2", 1), ("--l2 1.0 contradicts",)),
        (("--schedule", "cosine"), ("--schedule cosine contradicts", "constant")),
        (("--schedule", "nonsense"), ("unknown schedule",)),
        (("--patience", 5), ("--patience 5 contradicts", "none")),
        (("--epochs", 3), ("--epochs 3 is fewer than the 5",)),
    ],
    ids=lambda value: str(value[0]),
)
def test_options_that_contradict_the_run(
    cli, run_copy: Path, options: tuple[object, ...], words: tuple[str, ...]
):
    before = run_copy.read_bytes()
    refused(cli("train", "--resume", run_copy, *options), *words)
    assert run_copy.read_bytes() == before


def test_data_that_do_not_fit_the_run(cli, run_copy: Path, table: Path, tmp_path: Path):
    refused(cli("evaluate", run_copy, "--data", table), "2 inputs", "takes 64")
    refused(cli("train", "--resume", run_copy, "--data", table), "the data have changed")
    rows = [",".join(["label", *(f"p{i}" for i in range(64))])]
    rows += [",".join([str(i % 12), *["0.5"] * 64]) for i in range(30)]
    many = tmp_path / "many.csv"
    many.write_text("\n".join(rows), encoding="utf-8")
    refused(cli("evaluate", run_copy, "--data", many), "10, 11", "8, 9 apart")
    refused(cli("evaluate", run_copy, "--part", "tset"), "did you mean test?")
    refused(cli("evaluate", run_copy, "--data", "mnits"), "did you mean 'mnist'?")


def test_pictures_that_cannot_be_read(cli, run_copy: Path, picture: Path, tmp_path: Path):
    blank, broken = tmp_path / "blank.png", tmp_path / "broken.png"
    from PIL import Image

    Image.new("L", (30, 30), 255).save(blank)
    broken.write_bytes(picture.read_bytes()[:60])
    text = tmp_path / "text.png"
    text.write_text("no picture", encoding="utf-8")
    refused(cli("predict", run_copy, blank), "blank.png: nothing is drawn on it")
    refused(cli("predict", run_copy, broken), "broken.png")
    refused(cli("predict", run_copy, text), "not a picture")
    folder = cli("predict", run_copy, tmp_path)
    assert folder.status == 2
    assert f"{tmp_path}: 3 of 4 pictures could not be read" in folder.err.splitlines()[-1]
    assert folder.out.startswith(str(picture)), "the good one is read all the same"
    (tmp_path / "empty").mkdir()
    refused(cli("predict", run_copy, tmp_path / "empty"), "no pictures in it")
    refused(cli("predict", run_copy, tmp_path / "onne.png"), "did you mean 'one.png'?")
    refused(cli("predict", run_copy), "IMAGE")


def test_a_table_has_no_pictures(cli, table: Path, picture: Path):
    cli("train", "--data", table, "--epochs", 1, "--out", "table.safetensors")
    refused(cli("predict", "table.safetensors", picture), "rows of 2 numbers, not on pictures")
    refused(cli("plot", "table.safetensors", "--what", "weights"), "not on pictures")


@pytest.mark.parametrize("command", ["evaluate", "check-gradients", "train --resume"])
def test_a_folder_in_which_nothing_is_looked_for(cli, run_copy: Path, command: str):
    refused(cli(*command.split(), run_copy, "--data-dir", "/nope"), "--data-dir /nope is for mnist")


def test_plots_that_cannot_be_drawn(cli, run_copy: Path):
    refused(cli("plot", run_copy, "--what", "cruves"), "curves or weights")
    refused(cli("plot", run_copy, "--out", "plot.gif"), ".png or .svg")
    refused(cli("plot", run_copy, "--out", "nowhere/plot.png"), "folder")


def test_a_network_alone_cannot_go_on(cli, trained: Path, picture: Path):
    import chainrule as cr

    cr.Network.load(trained).save("alone.safetensors")
    refused(cli("train", "--resume", "alone.safetensors"), "a network alone")
    refused(cli("evaluate", "alone.safetensors"), "--data")
    refused(cli("plot", "alone.safetensors"), "no epochs yet")
    assert cli("evaluate", "alone.safetensors", "--data", "digits").status == 0
    assert cli("predict", "alone.safetensors", picture).status == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", "", ("empty.csv",)),
        ("words.csv", "label,u\none,two\n", ("words.csv",)),
        ("nan.csv", "label,u\n0,nan\n1,1\n", ("nan.csv",)),
        ("ragged.csv", "label,u,v\n0,1,2\n1,2\n", ("ragged.csv",)),
        ("idx", "\0\0\x08\x03\0\0", ("idx",)),
        ("zip.npz", "PK\x03\x04 but no more", ("zip.npz",)),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 12 else "",
)
def test_data_files_that_cannot_be_read(cli, name: str, content: str, words: tuple[str, ...]):
    Path(name).write_text(content, encoding="utf-8")
    refused(cli("train", "--data", name), *words)
    refused(cli("data", "check", name), *words)


# --- files that lie --------------------------------------------------------------------------


def header_of(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    length = struct.unpack("<Q", content[:8])[0]
    return json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["chainrule"])


def rewrite(
    path: Path,
    header: dict[str, Any] | None = None,
    tensors: Mapping[str, np.ndarray | None] | None = None,
) -> None:
    """Write the file again, with another header or other tensors (None leaves one out)."""
    kept = load_file(path)
    for name, tensor in (tensors or {}).items():
        if tensor is None:
            del kept[name]
        else:
            kept[name] = tensor
    text = json.dumps(header_of(path) if header is None else header)
    save_file(kept, path, {"chainrule": text})


COMMANDS = (
    ("evaluate",),
    ("train", "--resume"),
    ("plot",),
    ("check-gradients",),
)


def refused_by_all(cli, path: Path, *words: str) -> None:
    before = path.read_bytes()
    for command in COMMANDS:
        refused(cli(*command, path), *words)
    assert path.read_bytes() == before


WRONG_TENSORS: dict[str, tuple[dict[str, np.ndarray | None], str]] = {
    "wrong shape": ({"W1": np.zeros((31, 64), np.float32)}, "W1"),
    "transposed": ({"W2": np.zeros((30, 10), np.float32)}, "W2"),
    "missing": ({"b1": None, "W9": np.zeros(30, np.float32)}, "b1"),
    "extra": ({"W9": np.zeros(3, np.float32)}, "W9"),
    "wrong type": ({"b2": np.zeros(10, np.float64)}, "b2"),
    "NaN": ({"b2": np.full(10, np.nan, np.float32)}, "b2"),
    "infinity": ({"b1": np.full(30, np.inf, np.float32)}, "b1"),
}


@pytest.mark.parametrize("case", WRONG_TENSORS)
def test_tensors_that_lie(cli, run_copy: Path, case: str):
    tensors, word = WRONG_TENSORS[case]
    rewrite(run_copy, tensors=tensors)
    refused_by_all(cli, run_copy, word)


WRONG_BYTES: dict[str, bytes] = {
    "empty": b"",
    "short": b"\x10\0\0",
    "huge header": struct.pack("<Q", 2**62) + b"{}",
    "a header beyond the file": struct.pack("<Q", 1000) + b"{}",
    "no JSON": struct.pack("<Q", 8) + b"not json",
    "deep JSON": struct.pack("<Q", 100_000) + b"[" * 100_000,
    "no description": struct.pack("<Q", 2) + b"{}",
    "a pickle": b"\x80\x04\x95\x10\0\0\0\0\0\0\0cos\nsystem\n",
    "text": b"784-30-10 sigmoid quadratic\n",
}


@pytest.mark.parametrize("case", WRONG_BYTES)
def test_bytes_that_lie(cli, tmp_path: Path, case: str):
    path = tmp_path / "lie.safetensors"
    path.write_bytes(WRONG_BYTES[case])
    refused_by_all(cli, path, "lie.safetensors")


def test_a_file_cut_short(cli, run_copy: Path):
    content = run_copy.read_bytes()
    for length in (len(content) - 1, len(content) // 2, 100):
        run_copy.write_bytes(content[:length])
        refused_by_all(cli, run_copy, "run.safetensors")


WRONG_HEADERS: dict[str, dict[str, Any]] = {
    "another version": {"version": 99},
    "no architecture": {"architecture": None},
    "huge layers": {
        "architecture": {
            "sizes": [64, 10**9, 10],
            "activations": ["sigmoid"] * 2,
            "cost": "quadratic",
        }
    },
    "unknown activation": {
        "architecture": {
            "sizes": [64, 30, 10],
            "activations": ["sine", "sigmoid"],
            "cost": "quadratic",
        }
    },
    "another type": {"dtype": "object"},
    "history of nothing": {"history": [{}]},
    "history of text": {"history": "many"},
}


@pytest.mark.parametrize("case", WRONG_HEADERS)
def test_headers_that_lie(cli, run_copy: Path, case: str):
    rewrite(run_copy, {**header_of(run_copy), **WRONG_HEADERS[case]})
    refused_by_all(cli, run_copy, "run.safetensors")


WRONG_RUNS: dict[str, dict[str, Any]] = {
    "no settings": {"settings": {}},
    "settings of text": {"settings": "many"},
    "settings of another kind": {"settings": {"epochs": "x"}},
    "no data": {"data": {}},
    "data from nowhere": {"data": {"source": "/nowhere/data.csv"}},
    "data of another kind": {"data": {"source": 3}},
    "a shorter history": {"history": []},
}


@pytest.mark.parametrize("case", WRONG_RUNS)
def test_runs_that_lie(cli, run_copy: Path, case: str):
    rewrite(run_copy, {**header_of(run_copy), **WRONG_RUNS[case]})
    before = run_copy.read_bytes()
    refused(cli("train", "--resume", run_copy), "")
    assert run_copy.read_bytes() == before


WRONG_SETTINGS: dict[str, Any] = {
    "optimizer": "sdg",
    "optimizer_settings": {"learning_rate": -1},
    "batch_size": 0,
    "epochs": 3,
    "dropout": [2.0],
    "l2": -1,
    "schedule": "never",
    "patience": 0,
}


@pytest.mark.parametrize("name", WRONG_SETTINGS)
def test_settings_that_lie(cli, run_copy: Path, name: str):
    header = header_of(run_copy)
    header["settings"][name] = WRONG_SETTINGS[name]
    rewrite(run_copy, header)
    refused(cli("train", "--resume", run_copy), "")


WRONG_STATES: dict[str, dict[str, Any]] = {
    "another epoch": {"epoch": 4},
    "no chance": {"rng": {}},
    "another generator": {"rng": {"bit_generator": "MT19937", "state": {}}},
    "chance beyond its range": {
        "rng": {
            "bit_generator": "PCG64",
            "state": {"state": -1, "inc": 1},
            "has_uint32": 0,
            "uinteger": 0,
        }
    },
    "counters of another optimizer": {"counters": {"t": 3}},
    "arrays of another optimizer": {"arrays": ["v"]},
}


@pytest.mark.parametrize("case", WRONG_STATES)
def test_states_that_lie(cli, run_copy: Path, case: str):
    header = header_of(run_copy)
    header["state"] = {**header["state"], **WRONG_STATES[case]}
    rewrite(run_copy, header)
    found = cli("train", "--resume", run_copy, "--epochs", 6)
    if case == "counters of another optimizer":  # sgd has none, and reads none
        assert found.status in (0, 2)
    else:
        refused(found, "run.safetensors")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--layers", "none", "--hidden", "relu"], "--hidden relu and --layers none: there is no"),
        (["--layers", "none", "--dropout", "0.5"], "--dropout 0.5 and --layers none"),
        (["--hidden", ""], "unknown activation ''"),
        (["--layers", "99999999999"], "a layer has 1 to 1,000,000 neurons"),
        (["--data", ""], "an empty name"),
        (["--learning-rate", "1e39"], "--learning-rate 1e+39: in float32 that is infinite"),
        (["--l2", "1e9"], "each step takes eta*lam/n = "),
    ],
)
def test_options_of_no_use_are_not_passed_over(cli, words: list[str], said: str):
    found = cli("train", "--epochs", 1, *words)
    assert found.status == 2
    assert said in found.err
