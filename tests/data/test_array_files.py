"""Files of arrays as people have them: NumPy, pickles, MATLAB, HDF5, Parquet, ARFF, EMNIST."""

from __future__ import annotations

import gzip
import io
import json
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chainrule.data import DataError, Dataset, load_to_measure, write_idx

RNG = np.random.default_rng(8)
IMAGES = RNG.integers(0, 256, (40, 6, 5), dtype=np.uint8)
LABELS = np.arange(40) % 4
TEST_IMAGES = RNG.integers(0, 256, (12, 6, 5), dtype=np.uint8)
TEST_LABELS = np.arange(12) % 4
Write = Callable[[Path], Path]


def check(data: Dataset, *, images: np.ndarray = IMAGES, part: str = "train") -> None:
    split = data.splits()[part]
    assert np.array_equal(split.values, images.reshape(len(images), -1))
    wanted = LABELS if part == "train" else TEST_LABELS
    assert [data.classes[k] for k in split.y] == [str(k) for k in wanted]


# --- NumPy's files -------------------------------------------------------------------------------


def npz(**arrays: np.ndarray) -> Write:
    def write(folder: Path) -> Path:
        np.savez(folder / "data.npz", **arrays)  # pyright: ignore[reportArgumentType]
        return folder / "data.npz"

    return write


PAIRS = [
    ("X", "y"), ("x", "y"), ("images", "labels"), ("image", "label"), ("data", "target"),
    ("features", "targets"), ("X_train", "y_train"), ("x_train", "y_train"),
    ("train_images", "train_labels"), ("trainImages", "trainLabels"), ("Xtrain", "ytrain"),
    ("training_images", "training_labels"), ("arr_0", "arr_1"), ("imgs", "classes"),
    ("inputs", "answers"), ("first", "second"),
]  # fmt: skip


@pytest.mark.parametrize("names", PAIRS, ids="-".join)
@pytest.mark.parametrize("labels", ["row", "column", "one-hot"])
def test_an_archive_of_two(tmp_path: Path, names: tuple[str, str], labels: str):
    y = {"row": LABELS, "column": LABELS[:, None], "one-hot": np.eye(4)[LABELS]}[labels]
    check(load_to_measure(npz(**{names[0]: IMAGES, names[1]: y})(tmp_path)))


@pytest.mark.parametrize(
    "names",
    [
        ("x_train", "y_train", "x_test", "y_test"),
        ("X_train", "Y_train", "X_test", "Y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("training_images", "training_labels", "testing_images", "testing_labels"),
        ("arr_0", "arr_1", "arr_2", "arr_3"),
    ],
    ids="-".join,
)
def test_an_archive_of_four(tmp_path: Path, names: tuple[str, ...]):
    arrays = (IMAGES, LABELS, TEST_IMAGES, TEST_LABELS)
    data = load_to_measure(npz(**dict(zip(names, arrays, strict=True)))(tmp_path))
    check(data)
    check(data, images=TEST_IMAGES, part="test")


def test_medmnist(tmp_path: Path):
    """Three parts, labels (m, 1), pictures in colour or grey."""
    colour = np.repeat(IMAGES[..., None], 3, axis=3)
    path = npz(
        train_images=colour, train_labels=LABELS[:, None].astype(np.uint8),
        val_images=colour[:12], val_labels=LABELS[:12, None],
        test_images=np.repeat(TEST_IMAGES[..., None], 3, axis=3), test_labels=TEST_LABELS[:, None],
    )(tmp_path)  # fmt: skip
    data = load_to_measure(path)
    check(data)
    check(data, images=TEST_IMAGES, part="test")
    assert len(data.validation) == 12


@pytest.mark.parametrize(
    "names", [("X", "y"), ("x_train", "y_train"), ("images", "labels"), ("X_train", "Y_train")]
)
@pytest.mark.parametrize("given", ["inputs", "folder"])
def test_two_files_of_one_array(tmp_path: Path, names: tuple[str, str], given: str):
    np.save(tmp_path / f"{names[0]}.npy", IMAGES)
    np.save(tmp_path / f"{names[1]}.npy", LABELS)
    check(load_to_measure(tmp_path if given == "folder" else tmp_path / f"{names[0]}.npy"))


def test_kmnist_as_archives_of_one(tmp_path: Path):
    np.savez(tmp_path / "kmnist-train-imgs.npz", IMAGES)
    np.savez(tmp_path / "kmnist-train-labels.npz", LABELS)
    np.savez(tmp_path / "kmnist-test-imgs.npz", TEST_IMAGES)
    np.savez(tmp_path / "kmnist-test-labels.npz", TEST_LABELS)
    data = load_to_measure(tmp_path)
    check(data)
    check(data, images=TEST_IMAGES, part="test")
    check(load_to_measure(tmp_path / "kmnist-train-imgs.npz"))


def test_rows_with_their_labels_in_one_array(tmp_path: Path):
    rows = np.hstack([LABELS[:, None], IMAGES.reshape(40, -1)])
    np.save(tmp_path / "rows.npy", rows)
    data = load_to_measure(tmp_path / "rows.npy")
    assert data.label is not None
    assert data.label.column == "column 1"
    assert data.features is not None
    assert np.array_equal(data.features["train"], IMAGES.reshape(40, -1))


# --- pickles -------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_three_pairs_as_in_the_book(tmp_path: Path, protocol: int, pack: Callable[[bytes], bytes]):
    flat = IMAGES.reshape(40, -1).astype(np.float32) / 255
    test = TEST_IMAGES.reshape(12, -1).astype(np.float32) / 255
    pairs = ((flat, LABELS), (flat[:12], LABELS[:12]), (test, TEST_LABELS))
    (tmp_path / "mnist.pkl.gz").write_bytes(pack(pickle.dumps(pairs, protocol)))
    data = load_to_measure(tmp_path / "mnist.pkl.gz")
    assert np.array_equal(data.train.X, flat)
    assert np.array_equal(data.test.X, test)
    assert data.train.y.tolist() == LABELS.tolist()
    assert len(data.validation) == 12


def test_a_pickle_of_python_2(tmp_path: Path):
    """Protocol 2 with bytes as text, as cPickle wrote them and the book's file has them."""
    flat = (IMAGES.reshape(40, -1) / np.float32(255)).astype("<f4")

    def array(values: np.ndarray, code: bytes) -> bytes:
        content = values.tobytes()
        shape = b"".join(b"K" + bytes([side]) for side in values.shape)
        shape += b"\x85" if values.ndim == 1 else b"\x86"
        return (
            b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
            b"(K\x01" + shape + b"cnumpy\ndtype\nU\x02" + code + b"K\x00K\x01\x87R"
            b"(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T"
            + len(content).to_bytes(4, "little") + content + b"tb"
        )  # fmt: skip

    pair = array(flat, b"f4") + array(LABELS.astype("<i8"), b"i8") + b"\x86"
    (tmp_path / "two.pkl").write_bytes(b"\x80\x02" + pair + b".")
    data = load_to_measure(tmp_path / "two.pkl")
    assert np.array_equal(data.train.X, flat)
    assert data.train.y.tolist() == LABELS.tolist()


@pytest.mark.parametrize("names", [("data", "labels"), (b"data", b"labels"), ("X", "y")])
def test_a_pickle_of_a_dictionary(tmp_path: Path, names: tuple[object, object]):
    """As CIFAR's batches: labels are a list."""
    content = {names[0]: IMAGES.reshape(40, -1), names[1]: LABELS.tolist()}
    (tmp_path / "batch.pickle").write_bytes(pickle.dumps(content))
    check(load_to_measure(tmp_path / "batch.pickle"))


class Runs:
    """Unpickled by `pickle.load` it would make a file."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call


MARK = "it-ran"
GADGETS = [
    "os.system", "posix.system", "nt.system", "os.popen", "subprocess.Popen", "subprocess.call",
    "subprocess.check_output", "builtins.eval", "builtins.exec", "builtins.open", "io.open",
    "__builtin__.eval", "builtins.getattr", "builtins.__import__", "importlib.import_module",
    "runpy.run_path", "runpy._run_code", "codecs.open", "functools.partial", "operator.attrgetter",
    "operator.methodcaller", "types.CodeType", "types.FunctionType", "pickle.loads", "pty.spawn",
    "webbrowser.open", "shutil.rmtree", "pathlib.Path.touch", "timeit.timeit", "code.interact",
    "numpy.load", "numpy.fromfile", "numpy.memmap", "numpy.ndarray.tofile", "numpy.savetxt",
    "numpy.testing._private.utils.runstring", "numpy.lib.npyio.DataSource", "numpy.f2py.compile",
    "numpy.core.multiarray.fromfile", "numpy.core.multiarray._reconstruct.__globals__",
    "numpy.dtype.__reduce__", "numpy.ndarray.dump", "_codecs.lookup", "_codecs.encode.__call__",
    "copyreg._reconstructor", "copyreg.add_extension", "builtins.object", "collections.Counter",
    "logging.config._resolve", "ctypes.CDLL", "multiprocessing.util.spawnv_passfds",
]  # fmt: skip


def text(value: str) -> bytes:
    return b"X" + len(value.encode()).to_bytes(4, "little") + value.encode()


def by_opcodes(gadget: str, mark: str) -> Iterator[bytes]:
    """A call of the gadget, in every way that a pickle can ask for one."""
    module, _, name = gadget.rpartition(".")
    line = f"{module}\n{name}\n".encode()
    argument = text(f"touch {mark}")
    stacked = text(module) + text(name) + b"\x93"
    yield b"c" + line + argument + b"\x85R."
    yield b"\x80\x04" + stacked + argument + b"\x85R."
    yield b"(" + argument + b"i" + line + b"."
    yield b"(c" + line + argument + b"o."
    yield b"\x80\x02c" + line + argument + b"\x85\x81."
    yield b"\x80\x04" + stacked + argument + b"\x85}\x92."
    yield b"\x80\x02c" + line + b"}" + text("x") + argument + b"sb."
    yield b"\x80\x04" + stacked + b"\x94h\x00" + argument + b"\x85R."
    dotted = text(module.partition(".")[0]) + text(f"{module.partition('.')[2]}.{name}") + b"\x93"
    yield b"\x80\x04" + dotted + argument + b"\x85R."
    array = b"cnumpy.core.multiarray\n_reconstruct\n(c" + line + argument + b"ttR."
    yield b"\x80\x02" + array
    yield b"\x80\x02cnumpy\ndtype\n(c" + line + argument + b"\x85RtR."


@pytest.mark.parametrize("gadget", GADGETS)
def test_nothing_in_a_pickle_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gadget: str):
    monkeypatch.chdir(tmp_path)
    for number, content in enumerate(by_opcodes(gadget, MARK)):
        for name, packed in (("a.pkl", content), ("a.pkl.gz", gzip.compress(content))):
            path = tmp_path / name
            path.write_bytes(packed)
            with pytest.raises(DataError) as caught:
                load_to_measure(path)
            assert "\n" not in str(caught.value), number
            assert not (tmp_path / MARK).exists(), number


def test_what_pickle_itself_would_run_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The mark is made by `pickle.loads`, so that this test can fail."""
    monkeypatch.chdir(tmp_path)
    hostile = Runs(io.open, MARK, "w")
    for content in (hostile, ((IMAGES, LABELS), hostile), {"x": IMAGES, "y": [hostile]}):
        for protocol in range(6):
            (tmp_path / "a.pkl").write_bytes(pickle.dumps(content, protocol))
            with pytest.raises(DataError, match="expected arrays of numbers and nothing that"):
                load_to_measure(tmp_path / "a.pkl")
            assert not (tmp_path / MARK).exists()
    pickle.loads(pickle.dumps(hostile)).close()
    assert (tmp_path / MARK).exists()


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x02\x82\x01.", b"\x80\x02\x83\x01\x01.", b"\x80\x02\x84\x01\x00\x00\x00.",
        b"Pabc\n.", b"\x80\x02U\x01aQ.", b"\x80\x02]\x94h\x00a.", b"\x80\x02N.", b"\x80\x02.",
        b"\x80\x04\x95" + b"\xff" * 8, b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f.",
        b"\x80\x02Nr\xff\xff\xff\xff.", b"\x80\x02N2222222.", b"\x80\x02" + b"(" * 5000 + b".",
        b"\x80\x02" + b"]" * 2000 + b"a" * 1999 + b".", b"\x80\x02K\x01K\x02\x86b.",
        b"\x80\x02c_codecs\nencode\n" + text("x") + text("rot13") + b"\x86R.",
        b"\x80\x02c_codecs\nencode\n" + text("x") + text("zip") + b"\x86R.",
        b"\x80\x02cnumpy\nndarray\n}b.", b"\x80\x02cnumpy\ndtype\n" + text("O") + b"\x85R.",
    ],
    ids=repr,
)  # fmt: skip
def test_a_pickle_that_is_hostile_otherwise(tmp_path: Path, content: bytes):
    """Registered and persistent objects, promises of room, endless nesting, codecs."""
    (tmp_path / "a.pkl").write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_to_measure(tmp_path / "a.pkl")
    assert "\n" not in str(caught.value)


def test_any_damage_to_a_pickle_is_an_error_or_the_data(tmp_path: Path):
    rng = np.random.default_rng(0)
    whole = pickle.dumps((IMAGES[:9], LABELS[:9]), 2)
    outcomes = set()
    for _ in range(400):
        content = bytearray(whole)
        for _ in range(rng.integers(1, 4)):
            content[rng.integers(min(len(content), 300))] = rng.integers(256)
        (tmp_path / "a.pkl").write_bytes(content[: rng.integers(1, len(content) + 1)])
        try:
            outcomes.add(type(load_to_measure(tmp_path / "a.pkl")).__name__)
        except DataError as fault:
            outcomes.add(type(fault).__name__)
    assert outcomes <= {"Dataset", "DataError"}
    assert "DataError" in outcomes


def test_an_array_of_objects_in_a_pickle(tmp_path: Path):
    pair = (np.array([{}, []], dtype=object), LABELS)
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(pair))
    with pytest.raises(DataError, match="expected numbers"):
        load_to_measure(tmp_path / "a.pkl")


# --- MATLAB, HDF5, Parquet, ARFF -----------------------------------------------------------------


@pytest.mark.parametrize("layout", ["rows", "columns", "images last", "structure", "one a class"])
def test_matlab(tmp_path: Path, layout: str):
    scipy = pytest.importorskip("scipy.io")
    flat = IMAGES.reshape(40, -1)
    content = {
        "rows": {"X": flat, "y": LABELS[:, None]},
        "columns": {"data": flat.T, "label": LABELS[None].astype(float)},
        "images last": {"X": np.moveaxis(IMAGES, 0, -1), "y": LABELS[:, None]},
        "structure": {"dataset": {"train": {"images": flat, "labels": LABELS[:, None]}}},
        "one a class": {f"train{k}": flat[k == LABELS] for k in range(4)},
    }[layout]
    scipy.savemat(tmp_path / "a.mat", content)
    data = load_to_measure(tmp_path / "a.mat")
    if layout == "one a class":
        order = np.argsort(LABELS, kind="stable")
        assert np.array_equal(data.train.values, flat[order])
        assert data.train.y.tolist() == LABELS[order].tolist()
    else:
        check(data)


@pytest.mark.parametrize("layout", ["flat", "nested"])
def test_hdf5(tmp_path: Path, layout: str):
    h5py = pytest.importorskip("h5py")
    names = {
        "flat": ("X_train", "y_train", "X_test", "y_test"),
        "nested": ("train/data", "train/target", "test/data", "test/target"),
    }[layout]
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for name, array in zip(names, (IMAGES, LABELS, TEST_IMAGES, TEST_LABELS), strict=True):
            file[name] = array
    data = load_to_measure(tmp_path / "a.h5")
    check(data)
    check(data, images=TEST_IMAGES, part="test")


def png(image: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("parts", [1, 2])
def test_hugging_face_parquet(tmp_path: Path, parts: int):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    notes = {"info": {"features": {"label": {"names": ["nil", "one", "two", "three"]}}}}

    def write(name: str, images: np.ndarray, labels: np.ndarray) -> None:
        cells = [{"bytes": png(image), "path": None} for image in images]
        table = arrow.table({"image": cells, "label": labels})
        table = table.replace_schema_metadata({"huggingface": json.dumps(notes)})
        parquet.write_table(table, tmp_path / name)

    write("train-00000-of-00001.parquet", IMAGES, LABELS)
    if parts == 2:
        write("test-00000-of-00001.parquet", TEST_IMAGES, TEST_LABELS)
    source = tmp_path if parts == 2 else tmp_path / "train-00000-of-00001.parquet"
    data = load_to_measure(source)
    assert data.classes == ("nil", "one", "two", "three")
    assert np.array_equal(data.train.values, IMAGES.reshape(40, -1))
    assert data.train.y.tolist() == LABELS.tolist()
    assert len(data.test) == (12 if parts == 2 else 0)


def test_parquet_of_numbers_and_words(tmp_path: Path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    features = RNG.normal(size=(40, 2))
    words = [("ant", "bee", "cow", "dog")[k] for k in LABELS]
    table = arrow.table({"a": features[:, 0], "b": features[:, 1], "kind": words})
    parquet.write_table(table, tmp_path / "t.parquet")
    data = load_to_measure(tmp_path / "t.parquet")
    assert data.classes == ("ant", "bee", "cow", "dog")
    assert data.features is not None
    assert np.array_equal(data.features["train"], features)
    (tmp_path / "t.parquet").write_bytes((tmp_path / "t.parquet").read_bytes()[:-20])
    with pytest.raises(DataError, match="a damaged Parquet file"):
        load_to_measure(tmp_path / "t.parquet")


ARFF = """% measured in 1936
@RELATION "iris of three kinds"

@ATTRIBUTE 'sepal length' REAL
@attribute width NUMERIC
@ATTRIBUTE class {setosa, 'versi color', virginica}

@DATA
"""


def test_arff(tmp_path: Path):
    features = RNG.normal(size=(30, 2)).round(3)
    kinds = ("setosa", "versi color", "virginica")
    rows = [f"{a},{b},'{kinds[i % 3]}'" for i, (a, b) in enumerate(features.tolist())]
    (tmp_path / "iris.arff").write_text(ARFF + "% a comment\n" + "\n".join(rows) + "\n")
    data = load_to_measure(tmp_path / "iris.arff")
    assert data.classes == kinds
    assert data.columns == ("sepal length", "width")
    assert data.features is not None
    assert np.array_equal(data.features["train"], features)
    for content, says in (
        (ARFF + "{0 1, 2 setosa}\n", "sparse ARFF"),
        (ARFF.replace("@DATA", ""), "without @DATA"),
        (ARFF + "1,?,setosa\n2,3,virginica\n", "'?'; expected a finite number"),
    ):
        (tmp_path / "bad.arff").write_text(content)
        with pytest.raises(DataError, match=says.replace("?", r"\?")):
            load_to_measure(tmp_path / "bad.arff")


@pytest.mark.parametrize(
    ("ending", "module"), [(".mat", "scipy"), (".h5", "h5py"), (".parquet", "pyarrow")]
)
def test_a_library_that_is_not_here_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, module: str
):
    begin = {".mat": b"MATLAB 5.0 MAT-file", ".h5": b"\x89HDF\r\n\x1a\n", ".parquet": b"PAR1"}
    (tmp_path / f"a{ending}").write_bytes(begin[ending] + bytes(200))

    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("chainrule.data.extras.import_module", missing)
    with pytest.raises(DataError) as caught:
        load_to_measure(tmp_path / f"a{ending}")
    assert f"read by {module}, which is not here" in str(caught.value)
    assert "pip install 'chainrule[formats]'" in str(caught.value)


# --- relatives of MNIST --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "first", "classes"),
    [("letters", 1, "abcdefghijklmnopqrstuvwxyz"), ("digits", 0, "0123456789"),
     ("balanced", 0, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt")],
)  # fmt: skip
def test_emnist_is_turned_and_its_letters_named(
    tmp_path: Path, name: str, first: int, classes: str
):
    k = len(classes)
    for part, images in (("train", IMAGES), ("test", TEST_IMAGES)):
        labels = first + np.arange(len(images)) % k
        stored = images.swapaxes(1, 2)
        write_idx(tmp_path / f"emnist-{name}-{part}-images-idx3-ubyte.gz", stored)
        write_idx(tmp_path / f"emnist-{name}-{part}-labels-idx1-ubyte.gz", labels.astype(np.uint8))
    data = load_to_measure(tmp_path)
    assert data.classes == tuple(classes)
    assert np.array_equal(data.train.values, IMAGES.reshape(40, -1))
    assert np.array_equal(data.test.values, TEST_IMAGES.reshape(12, -1))
    assert data.train.y.tolist() == (np.arange(40) % k).tolist()
    assert data.image_shape == (6, 5)


def test_qmnist_labels_tell_of_the_writer_too(tmp_path: Path):
    labels = np.zeros((40, 8), np.int32)
    labels[:, 0], labels[:, 1:] = LABELS, 4000
    write_idx(tmp_path / "qmnist-train-images-idx3-ubyte.gz", IMAGES)
    write_idx(tmp_path / "qmnist-train-labels-idx2-int.gz", labels)
    check(load_to_measure(tmp_path))
