"""An error for a person names the setting at fault, each door in its own way."""

from __future__ import annotations

import pickle

import pytest

import chainrule as cr
from chainrule.ground.faults import Call, Fault


def option(name: str | Call) -> str:
    if isinstance(name, Call):
        return " ".join([*name.function.split("."), *name.values])
    return f"--{name.replace('_', '-')}"


def test_the_setting_is_called_as_the_door_calls_it():
    fault = Fault("it must be a number greater than 0", setting="learning_rate", value="0")
    assert str(fault) == "learning_rate is 0: it must be a number greater than 0"
    assert fault.line(option) == "--learning-rate 0: it must be a number greater than 0"


def test_another_setting_that_is_mentioned_is_called_so_too():
    fault = Fault(lambda name: f"belongs to {name('batch_size')} 1", setting="rho", file="a.toml")
    assert str(fault) == "a.toml: rho belongs to batch_size 1"
    assert fault.line(option) == "a.toml: --rho belongs to --batch-size 1"


def test_a_call_that_mends_it_is_written_as_the_door_writes_calls():
    call = Call("data.fetch", ("mnist",), {"data_dir": "here"})
    fault = Fault(lambda name: f"is not here. Fetch it: {name(call)}", file="mnist")
    assert str(fault).endswith("Fetch it: chainrule.data.fetch('mnist', data_dir='here')")
    assert fault.line(option).endswith("Fetch it: data fetch mnist")


def test_a_fault_goes_from_process_to_process():
    fault = pickle.loads(pickle.dumps(Fault("is too large", setting="l2")))
    assert (str(fault), fault.setting) == ("l2 is too large", "l2")


@pytest.mark.parametrize(
    ("settings", "change"), [({"optimizer": cr.SGD(300.0)}, {"learning_rate": 0.05}),
                             ({"l2": 1e9}, {"l2": 23.9})],
)  # fmt: skip
def test_weights_that_grow_beyond_all_numbers_name_the_setting_to_change(settings, change):
    network = cr.Network([64, 30, 10], output="identity", cost="quadratic", init="scaled")
    with pytest.raises(cr.Diverged) as caught:
        list(cr.train(network, cr.load("digits"), epochs=1, **settings))
    assert caught.value.change == pytest.approx(change)
    ((name, value),) = change.items()
    assert caught.value.line(option).endswith(
        f"try {option(name) + ' ' if name == 'l2' else ''}{value:g}"
    )
