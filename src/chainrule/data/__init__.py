"""The digits: bundled, downloaded, or the user's own files, checked and in three splits.

`load` gives a `Dataset`; whatever cannot be used raises `DataError`, one line for a person.
"""

from chainrule.data.augmentation import augment
from chainrule.data.dataset import Dataset, Split, Standard
from chainrule.data.download import Progress
from chainrule.data.errors import DataError
from chainrule.data.idx import read_idx, write_idx
from chainrule.data.loading import Description, describe, fetch, load, names
from chainrule.data.picture import fit_image
from chainrule.data.picture_folder import place_picture
from chainrule.data.report import CheckReport, check

__all__ = [
    "CheckReport",
    "DataError",
    "Dataset",
    "Description",
    "Progress",
    "Split",
    "Standard",
    "augment",
    "check",
    "describe",
    "fetch",
    "fit_image",
    "load",
    "names",
    "place_picture",
    "read_idx",
    "write_idx",
]
