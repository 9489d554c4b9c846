"""Files: what is written is read; what is not believable is refused; nothing is half written."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import save

import chainrule
from chainrule.network import (
    ACTIVATIONS,
    Adam,
    EarlyStopping,
    FileError,
    Network,
    NetworkError,
    Run,
    load_run,
    save_run,
    train,
)

SOURCE = str(Path(chainrule.__file__).parents[1])


def a_run(dtype: str = "float32") -> Run:
    network = Network([6, 4, 3], hidden="tanh", cost="log-likelihood", seed=1, dtype=dtype)
    X, y = np.random.default_rng(0).standard_normal((9, 6)), [0, 1, 2] * 3
    training, stopping = train(network, (X, y), epochs=3, optimizer=Adam()), EarlyStopping(5)
    history = []
    for epoch in training:
        history.append(epoch)
        stopping.enough(epoch, network)
    assert stopping.best is not None
    assert stopping.parameters is not None
    return Run(
        network,
        training.state(),
        {"seed": 0, "name": "δ", "layers": [30, None], "deep": {"a": 1.5}},
        {"name": "own"},
        tuple(history),
        (stopping.best.number, stopping.parameters),
    )


# --- what is written is read -----------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("sizes", "name"),
    [
        *product([(3, 2), (17, 5, 4, 2), (64, 30, 10), (2, 3, 2, 3, 2)], ACTIVATIONS),
        *product([(1, 1)], [name for name in ACTIVATIONS if name != "softmax"]),
    ],
)
def test_a_network_comes_back_to_the_bit(
    sizes: tuple[int, ...], name: str, dtype: str, tmp_path: Path
):
    network = Network(sizes, hidden=name, output=name, seed=4, dtype=dtype)
    network.save(tmp_path / "n")
    back = Network.load(str(tmp_path / "n"))
    assert back.architecture == network.architecture
    assert back.dtype == dtype
    assert list(back.parameters) == list(network.parameters)
    for key, value in network.parameters.items():
        assert back.parameters[key].tobytes() == value.tobytes()
    X = np.random.default_rng(0).standard_normal((4, sizes[0]))
    assert np.array_equal(back.predict_proba(X), network.predict_proba(X))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_run_comes_back_whole(dtype: str, tmp_path: Path):
    run = a_run(dtype)
    save_run(run, tmp_path / "run")
    back = load_run(str(tmp_path / "run"))
    assert (back.settings, back.data, back.history) == (run.settings, run.data, run.history)
    assert run.state is not None
    assert back.state is not None
    assert (back.state.epoch, back.state.rng) == (3, run.state.rng)
    assert back.state.counters == run.state.counters == {"t": 3.0}
    for name, array in run.state.arrays.items():
        assert back.state.arrays[name].tobytes() == array.tobytes()
        assert back.state.arrays[name].dtype == dtype
    assert run.best is not None
    assert back.best is not None
    assert back.best[0] == run.best[0]
    assert np.array_equal(back.best[1], run.best[1])


def test_numbers_at_the_edge_of_their_type_come_back(tmp_path: Path):
    for dtype in ("float32", "float64"):
        info = np.finfo(dtype)
        network = Network([3, 2], dtype=dtype)
        network.parameters["W1"][:] = [
            [info.max, -info.max, info.smallest_subnormal],
            [-0.0, info.smallest_normal, info.eps],
        ]
        network.save(tmp_path / "n")
        back = Network.load(tmp_path / "n")
        assert back.parameters["W1"].tobytes() == network.parameters["W1"].tobytes()


def test_other_programs_can_read_it(tmp_path: Path):
    """A plain safetensors file, with the names and shapes of the textbook."""
    network = Network([6, 4, 3])
    network.save(tmp_path / "n.safetensors")
    with safe_open(tmp_path / "n.safetensors", framework="numpy") as file:
        shapes = {name: file.get_tensor(name).shape for name in file.keys()}  # noqa: SIM118
    assert shapes == {"W1": (4, 6), "b1": (4,), "W2": (3, 4), "b2": (3,)}
    assert b"pickle" not in (tmp_path / "n.safetensors").read_bytes()


def test_odd_names_of_files(tmp_path: Path):
    network = Network([3, 2])
    for name in ("plain", ".hidden", "with space", "δ.safetensors", "%s{}", "x" * 200):
        network.save(tmp_path / name)
        assert np.array_equal(Network.load(tmp_path / name).flat, network.flat)
    assert len(list(tmp_path.iterdir())) == 6


# --- nothing is half written -----------------------------------------------------------------


def one_line(fault: BaseException) -> str:
    text = str(fault)
    assert "\n" not in text
    assert len(text) < 600
    return text


def test_a_folder_that_may_not_be_written_to(tmp_path: Path):
    network, folder = Network([3, 2]), tmp_path / "locked"
    folder.mkdir()
    network.save(folder / "n")
    before = (folder / "n").read_bytes()
    folder.chmod(0o555)
    try:
        if os.access(folder, os.W_OK):
            pytest.skip("this user may write everywhere")
        with pytest.raises(FileError, match="Permission denied; what was there before"):
            Network([3, 2], seed=2).save(folder / "n")
    finally:
        folder.chmod(0o755)
    assert (folder / "n").read_bytes() == before


@pytest.mark.parametrize("place", ["missing/n", "file/n", "folder", "\0", "y" * 300])
def test_places_that_are_none(place: str, tmp_path: Path):
    (tmp_path / "file").write_text("here")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "full").write_text("here")
    with pytest.raises(FileError) as fault:
        Network([3, 2]).save(tmp_path / place)
    assert "cannot be written" in one_line(fault.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


FULL = """
import resource, sys
from pathlib import Path
from chainrule.network import Network, NetworkError
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    Network([100, 90, 10], seed=2).save(Path(sys.argv[1]))
except NetworkError as fault:
    print(fault)
"""


def test_a_full_disk_leaves_the_old_file(tmp_path: Path):
    path = tmp_path / "n"
    Network([100, 90, 10], seed=1).save(path)
    before = path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)],
        env={**os.environ, "PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "cannot be written: File too large; what was there before" in done.stdout
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("where", ["fsync", "replace"])
def test_stopped_in_the_middle(
    fault: BaseException, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "n"
    Network([3, 2], seed=1).save(path)
    before = path.read_bytes()

    def stopped(*args: Any, **kwargs: Any) -> Any:
        raise fault

    monkeypatch.setattr(*((os, "fsync") if where == "fsync" else (Path, "replace")), stopped)
    with pytest.raises((FileError, KeyboardInterrupt)):
        Network([3, 2], seed=2).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    monkeypatch.undo()
    Network([3, 2], seed=2).save(path)
    assert np.array_equal(Network.load(path).flat, Network([3, 2], seed=2).flat)


KILLED = """
import sys
from pathlib import Path
from chainrule.network import Network
path, networks = Path(sys.argv[1]), [Network([200, 100, 10], seed=seed) for seed in (1, 2)]
print("ready", flush=True)
while True:
    for network in networks:
        network.save(path)
"""


def test_killed_at_any_moment(tmp_path: Path):
    path = tmp_path / "n"
    expected = [Network([200, 100, 10], seed=seed).flat.tobytes() for seed in (1, 2)]
    for wait in (0.0, 0.003, 0.011, 0.02):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(path)],
            env={**os.environ, "PYTHONPATH": SOURCE},
            stdout=subprocess.PIPE,
        )
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(0.05 + wait)
        child.kill()
        child.wait()
        child.stdout.close()
        assert Network.load(path).flat.tobytes() in expected


def test_settings_that_are_not_json(tmp_path: Path):
    for settings_ in ({"a": object()}, {"a": {1, 2}}, {"a": 1j}):
        with pytest.raises(FileError, match="JSON") as fault:
            save_run(Run(Network([3, 2]), settings=settings_), tmp_path / "n")
        one_line(fault.value)
    assert list(tmp_path.iterdir()) == []


# --- files that lie --------------------------------------------------------------------------


def parts(run: Run, path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tensors and the header of a file with this run."""
    save_run(run, path)
    with safe_open(path, framework="numpy") as file:
        header = json.loads(file.metadata()["chainrule"])
        return {name: file.get_tensor(name) for name in file.keys()}, header  # noqa: SIM118


def write(path: Path, tensors: dict[str, Any], header: Any) -> None:
    path.write_bytes(save(tensors, {"chainrule": json.dumps(header)}))


Change = Callable[[dict[str, Any], dict[str, Any]], Any]


def put(name: str, value: Any) -> Change:
    return lambda tensors, header: tensors.update({name: np.asarray(value)})


def at(*keys: Any, value: Any) -> Change:
    def change(tensors: dict[str, Any], header: dict[str, Any]) -> None:
        inside: Any = header
        for key in keys[:-1]:
            inside = inside[key]
        inside[keys[-1]] = value

    return change


def spoil(name: str, value: float) -> Change:
    def change(tensors: dict[str, Any], header: dict[str, Any]) -> None:
        tensors[name] = tensors[name].copy()
        tensors[name].flat[-1] = value

    return change


LIES: dict[str, tuple[Change, str]] = {
    "W1 transposed": (lambda t, h: t.update(W1=np.ascontiguousarray(t["W1"].T)),
                      r"W1 has shape \(6, 4\): expected \(4, 6\)"),
    "b1 a column": (lambda t, h: t.update(b1=t["b1"][:, None]), r"b1 has shape \(4, 1\)"),
    "W2 a number": (put("W2", np.float32(1)), r"W2 has shape \(\)"),
    "W1 missing": (lambda t, h: t.pop("W1"), "W1.* is missing"),
    "b2 missing": (lambda t, h: t.pop("b2"), "b2.* is missing"),
    "a layer more": (put("W3", np.ones((2, 3), "float32")), "holds 'W3'"),
    "something more": (put("evil", np.ones(3, "float32")), "holds 'evil'"),
    "NaN": (spoil("W1", np.nan), "W1 holds NaN or infinity"),
    "inf": (spoil("b2", np.inf), "b2 holds NaN or infinity"),
    "-inf": (spoil("W2", -np.inf), "W2 holds NaN or infinity"),
    "float64": (lambda t, h: t.update(W1=t["W1"].astype("float64")), "W1 is float64: expected"),
    "float16": (lambda t, h: t.update(W1=t["W1"].astype("float16")), "."),
    "integers": (lambda t, h: t.update(b1=t["b1"].astype("int32")), "b1 is int32: expected"),
    "another dtype": (at("dtype", value="float64"), "float64"),
    "an odd dtype": (at("dtype", value="float16"), "dtype 'float16': expected float32"),
    "larger": (at("architecture", "sizes", value=[6, 40, 3]), "expected"),
    "smaller": (at("architecture", "sizes", value=[6, 3, 3]), "expected"),
    "other order": (at("architecture", "sizes", value=[3, 4, 6]), "."),
    "10**12 parameters": (at("architecture", "sizes", value=[10**6, 10**6, 3]), "parameters"),
    "10**9 parameters": (at("architecture", "sizes", value=[10**5, 9000, 3]), "expected"),
    "10**100 neurons": (at("architecture", "sizes", value=[6, 10**100, 3]), "neurons"),
    "no neurons": (at("architecture", "sizes", value=[6, 0, 3]), "0"),
    "one layer": (at("architecture", "sizes", value=[6]), "sizes and activations"),
    "an activation too few": (at("architecture", "activations", value=["tanh"]), "differ"),
    "an unknown activation": (at("architecture", "activations", 0, value="mish"), "'mish'"),
    "an unknown cost": (at("architecture", "cost", value="focal"), "'focal'"),
    "cost and output differ": (at("architecture", "cost", value="cross-entropy"), "belongs to"),
    "another version": (at("version", value=2), "not of version 1"),
    "no version": (lambda t, h: h.pop("version"), "not of version 1"),
    "no architecture": (lambda t, h: h.pop("architecture"), "architecture"),
    "no dtype": (lambda t, h: h.pop("dtype"), "dtype"),
    "state of another length": (put("state/v", np.ones(3, "float32")), "state/v.* has shape"),
    "state with NaN": (spoil("state/s", np.nan), "state/s.* holds NaN"),
    "state missing": (lambda t, h: t.pop("state/v"), "state/v.* is missing"),
    "best with NaN": (spoil("best", np.nan), "best.* holds NaN"),
    "best missing": (lambda t, h: t.pop("best"), "best.* is missing"),
    "best unannounced": (lambda t, h: h.pop("best"), "holds 'best'"),
    "state unannounced": (lambda t, h: h.pop("state"), "holds 'state/"),
    "an infinite count": (at("state", "counters", value={"t": float("inf")}), "counter"),
    "another generator": (at("state", "rng", "bit_generator", value="MT19937"), "header"),
    "a generator of words": (at("state", "rng", "state", value={"state": "a", "inc": 1}), "header"),
    "an epoch of NaN": (at("history", 0, "cost", value=float("nan")), "cost"),
    "an epoch with more": (at("history", 0, "extra", value=1), "header"),
    "an epoch of words": (at("history", 0, "number", value="one"), "number"),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_named(name: str, tmp_path: Path):
    path = tmp_path / "run"
    tensors, header = parts(a_run(), path)
    write(path, tensors, header)
    load_run(path)  # true as it is
    change, message = LIES[name]
    change(tensors, header)
    write(path, tensors, header)
    tracemalloc.start()
    try:
        with pytest.raises(FileError, match=message) as fault:
            load_run(path)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert one_line(fault.value).startswith(str(path))


def raw(header: bytes, data: bytes = b"", length: int | None = None) -> bytes:
    return struct.pack("<Q", len(header) if length is None else length) + header + data


GARBAGE: dict[str, bytes] = {
    "empty": b"",
    "short": b"\x00\x00\x00",
    "eight zeros": b"\0" * 8,
    "text": b"this is a text, and no network at all\n" * 9,
    "png": b"\x89PNG\r\n\x1a\n" + b"\0" * 99,
    "pickle": b"\x80\x04\x95\x1e\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94.",
    "header longer than the file": raw(b"{}", length=10**6),
    "a huge header": raw(b"{}", length=2**63),
    "all ones": b"\xff" * 64,
    "no object": raw(b"[1, 2]"),
    "no JSON": raw(b"{'a': 1}"),
    "not UTF-8": raw(b'{"a\xff": 1}'),
    "no tensors and no metadata": raw(b"{}"),
    "metadata of numbers": raw(b'{"__metadata__": {"chainrule": 1}}'),
    "metadata of others": raw(b'{"__metadata__": {"format": "pt"}}'),
    "our metadata, empty": raw(b'{"__metadata__": {"chainrule": ""}}'),
    "our metadata, a list": raw(b'{"__metadata__": {"chainrule": "[]"}}'),
    "our metadata, null": raw(b'{"__metadata__": {"chainrule": "null"}}'),
    "our metadata, deep": raw(
        b'{"__metadata__": {"chainrule": "' + b"[" * 100_000 + b'"}}'
    ),
    "our metadata, a long number": raw(
        b'{"__metadata__": {"chainrule": "' + b"9" * 10_000 + b'"}}'
    ),
    "tensor beyond the end": raw(
        b'{"W1":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}', b"\0" * 8
    ),
    "tensor of 10**18 numbers": raw(
        b'{"W1":{"dtype":"F32","shape":[1000000000,1000000000],"data_offsets":[0,16]}}', b"\0" * 16
    ),
    "overlapping tensors": raw(
        b'{"W1":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},'
        b'"b1":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}', b"\0" * 12
    ),
    "an unknown dtype": raw(
        b'{"W1":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}', b"\0" * 8
    ),
    "bfloat16": raw(b'{"W1":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}', b"\0" * 8),
    "float8": raw(b'{"W1":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}', b"\0" * 8),
}  # fmt: skip


@pytest.mark.parametrize("name", GARBAGE)
def test_what_is_no_file_of_ours(name: str, tmp_path: Path):
    path = tmp_path / "run"
    path.write_bytes(GARBAGE[name])
    with pytest.raises(FileError) as fault:
        load_run(path)
    assert one_line(fault.value).startswith(str(path))


def test_cut_off_anywhere(tmp_path: Path):
    path = tmp_path / "run"
    save_run(a_run(), path)
    whole = path.read_bytes()
    for length in [*range(0, 40), *range(40, len(whole), 37), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(FileError) as fault:
            load_run(path)
        one_line(fault.value)
    path.write_bytes(whole + b"\0")
    with pytest.raises(FileError):
        load_run(path)


def test_one_byte_changed_is_refused_or_read(tmp_path: Path):
    path = tmp_path / "run"
    save_run(a_run(), path)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for place in rng.integers(0, len(whole), 400):
        changed = bytearray(whole)
        changed[place] ^= 1 << rng.integers(8)
        path.write_bytes(changed)
        try:
            load_run(path)
        except NetworkError as fault:
            one_line(fault)


def test_no_file(tmp_path: Path):
    for path, message in (
        (tmp_path / "none", "No such file"),
        (tmp_path, "is a folder"),
        (tmp_path / ("z" * 300), "cannot be read"),
        (tmp_path / "a\0b", "."),
    ):
        with pytest.raises(FileError, match=message) as fault:
            load_run(path)
        one_line(fault.value)
    for nothing in (None, 3, b"bytes", ["a"]):
        with pytest.raises(FileError, match="is no path"):
            load_run(nothing)  # pyright: ignore[reportArgumentType]
        with pytest.raises(FileError, match="is no path"):
            Network([3, 2]).save(nothing)  # pyright: ignore[reportArgumentType]


def test_a_pickle_is_not_opened(tmp_path: Path):
    import pickle

    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (os.mkdir, (str(tmp_path / "sprung"),))

    path = tmp_path / "run"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(FileError):
        load_run(path)
    assert not (tmp_path / "sprung").exists()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 12)
    | st.sampled_from([10**6, 10**12, 10**400, -(10**400), 2**64, 1e308])
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["relu", "softmax", "quadratic", "float64", "W1", "v", "best", "a\nb"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside."""
    found = [path] if path else []
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            found += places(inner, (*path, key))
    return found


@pytest.fixture(scope="module")
def true_parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any, Path]:
    path = tmp_path_factory.mktemp("fuzz") / "run"
    return *parts(a_run(), path), path


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_value_in_any_field(data: st.DataObject, true_parts: tuple[Any, Any, Path]):
    tensors, true_header, path = true_parts
    header = deepcopy(true_header)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places(header)))
        inside = header
        for key in place[:-1]:
            inside = inside[key]
        if data.draw(st.integers(0, 5)) == 0:
            del inside[place[-1]]
        else:
            inside[place[-1]] = data.draw(JSON)
        if not places(header):
            break
    write(path, tensors, header)
    try:
        run = load_run(path)
    except FileError as fault:
        one_line(fault)
        return
    # What is believed can be used: saved again, and trained on.
    save_run(run, path.with_name("again"))
    X, y = np.random.default_rng(0).standard_normal((9, 6)), [0, 1, 2] * 3
    try:
        list(train(run.network, (X, y), epochs=4, optimizer=Adam(), resume=run.state))
    except NetworkError as fault:
        one_line(fault)


@pytest.mark.parametrize("place", [(), ("architecture",), ("state",), ("state", "rng"),
                                   ("history",), ("history", 0)])  # fmt: skip
@pytest.mark.parametrize("value", [None, True, 7, 1.5, "text", [], {}, [[]], [{}], {"a": 1}])
def test_another_kind_in_place_of_a_group(
    place: tuple[Any, ...], value: Any, true_parts: tuple[Any, Any, Path]
):
    tensors, true_header, path = true_parts
    header = {"whole": deepcopy(true_header)}
    at("whole", *place, value=value)(tensors, header)
    write(path, tensors, header["whole"])
    try:
        load_run(path)
    except FileError as fault:
        one_line(fault)


def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="is a pipe or a device"):
        load_run(tmp_path / "pipe")


def test_what_is_no_run_is_not_saved(tmp_path: Path):
    with pytest.raises(FileError, match=r"expected a Run; a Network has save\(path\)"):
        save_run(Network([3, 2]), tmp_path / "n")  # pyright: ignore
    with pytest.raises(FileError, match="the name of the file is empty"):
        save_run(a_run(), "")
    assert not list(tmp_path.iterdir())


def test_a_link_stays_a_link(tmp_path: Path):
    Network([3, 2]).save(tmp_path / "there")
    (tmp_path / "link").symlink_to("there")
    other = Network([3, 2], seed=5)
    other.save(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert np.array_equal(Network.load(tmp_path / "there").flat, other.flat)


def test_who_may_read_it_stays(tmp_path: Path):
    path = tmp_path / "n"
    Network([3, 2]).save(path)
    path.chmod(0o600)
    Network([3, 2], seed=5).save(path)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_written_over(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="it is a pipe or a device"):
        Network([3, 2]).save(tmp_path / "pipe")
    assert [p.name for p in tmp_path.iterdir()] == ["pipe"]
    assert (tmp_path / "pipe").is_fifo()


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path):
    network = Network([3, 2])
    network.save(tmp_path / "n")
    before = (tmp_path / "n").read_bytes()
    network.parameters["W1"][0, 0] = np.nan
    with pytest.raises(NetworkError, match="finite"):
        network.save(tmp_path / "n")
    assert (tmp_path / "n").read_bytes() == before


def test_this_folder_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for place in (".", "..", "/"):
        with pytest.raises(FileError, match="cannot be written"):
            Network([3, 2]).save(place)


def test_several_threads_may_write_one_file(tmp_path: Path):
    """Whoever is last wins, and whoever reads has one of them whole."""
    networks = [Network([40, 30, 2], seed=seed) for seed in range(4)]
    path = tmp_path / "n"
    networks[0].save(path)

    def again(network: Network) -> None:
        for _ in range(20):
            network.save(path)
            Network.load(path)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(again, networks))
    assert [p.name for p in tmp_path.iterdir()] == ["n"]


def test_a_link_to_itself(tmp_path: Path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(FileError, match="cannot be written"):
        Network([3, 2]).save(tmp_path / "loop")
