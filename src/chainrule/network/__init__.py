"""The neural network: NumPy, and a straight-line program on named buffers.

Start with `equations`, where every equation stands once, and with `Network.listing()`, which
prints what is run.
"""

from chainrule.network.activations import ACTIVATIONS, Activation
from chainrule.network.architecture import Architecture
from chainrule.network.costs import COSTS, Cost, cost_of
from chainrule.network.divergence import Diverged, smaller_rate
from chainrule.network.early_stopping import EarlyStopping
from chainrule.network.engine.equation import Call, Equation
from chainrule.network.engine.program import Program
from chainrule.network.errors import NetworkError
from chainrule.network.evaluation import Evaluation, evaluate
from chainrule.network.files import FileError, Run, load_run, save_run
from chainrule.network.flat_layers import FlatLayer, flattest_layer, share_of_commonest
from chainrule.network.gradient_check import TOLERANCE, GradientReport, TensorCheck, check_gradients
from chainrule.network.initialisation import INITIALISATIONS, Initialisation
from chainrule.network.inspection import Inspection, Number
from chainrule.network.network import Network
from chainrule.network.optimizers import (
    OPTIMIZERS,
    SGD,
    Adam,
    Momentum,
    Nesterov,
    RMSProp,
    optimizer,
    settings_of,
    usual_learning_rate,
)
from chainrule.network.penalty import Penalty
from chainrule.network.recipe import Recipe
from chainrule.network.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    Schedule,
    StepDecay,
    Warmup,
    schedule,
)
from chainrule.network.sheet import sheet as sheet_of
from chainrule.network.training import (
    SAMPLE,
    Epoch,
    Pace,
    Progress,
    Training,
    TrainingState,
    train,
)
from chainrule.network.update import Optimizer

__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "INITIALISATIONS",
    "OPTIMIZERS",
    "SAMPLE",
    "SCHEDULES",
    "SGD",
    "TOLERANCE",
    "Activation",
    "Adam",
    "Architecture",
    "Call",
    "Constant",
    "Cosine",
    "Cost",
    "Diverged",
    "EarlyStopping",
    "Epoch",
    "Equation",
    "Evaluation",
    "Exponential",
    "FileError",
    "FlatLayer",
    "GradientReport",
    "Initialisation",
    "Inspection",
    "Momentum",
    "Nesterov",
    "Network",
    "NetworkError",
    "Number",
    "Optimizer",
    "Pace",
    "Penalty",
    "Program",
    "Progress",
    "RMSProp",
    "Recipe",
    "Run",
    "Schedule",
    "StepDecay",
    "TensorCheck",
    "Training",
    "TrainingState",
    "Warmup",
    "check_gradients",
    "cost_of",
    "evaluate",
    "flattest_layer",
    "load_run",
    "optimizer",
    "save_run",
    "schedule",
    "settings_of",
    "share_of_commonest",
    "sheet_of",
    "smaller_rate",
    "train",
    "usual_learning_rate",
]  # fmt: skip
