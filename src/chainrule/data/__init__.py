"""The digits: bundled, downloaded, or the user's own files, checked and in three splits.

`load` gives a `Dataset`; whatever cannot be used raises `DataError`, one line for a person.
"""

from chainrule.data.augmentation import (
    affine_places,
    augment,
    blur,
    elastic_field,
    inverse_maps,
    sample,
)
from chainrule.data.dataset import Dataset, Label, Split, Standard, Target
from chainrule.data.digits import bundled_folder
from chainrule.data.download import LARGEST_DOWNLOAD, Progress
from chainrule.data.errors import DataError
from chainrule.data.fitting import (
    Character,
    FittingStep,
    are_fitted,
    cut_in_two,
    fit_characters,
    fit_image,
    fitting_steps,
)
from chainrule.data.idx import IdxHeader, fingerprint, read_idx, write_idx
from chainrule.data.inspection import CheckReport, check
from chainrule.data.loading import Description, describe, fetch, load, load_to_measure, names
from chainrule.data.paths import not_there, set_aside, user_path
from chainrule.data.picture import as_png, picture_size, read_image, resize
from chainrule.data.picture_folder import is_picture_folder, pictures_in, place_picture
from chainrule.data.published import (
    FASHION_MNIST,
    MNIST,
    PUBLISHED,
    File,
    Published,
    cache_folder,
    folder_of,
)
from chainrule.data.reading import AS_FOUND, Reading
from chainrule.data.splitting import stratified_order
from chainrule.data.unlabelled import (
    Sample,
    Unlabelled,
    is_table,
    read_sample,
    read_unlabelled,
    sample_beside,
)

__all__ = [
    "AS_FOUND",
    "FASHION_MNIST",
    "LARGEST_DOWNLOAD",
    "MNIST",
    "PUBLISHED",
    "Character",
    "CheckReport",
    "DataError",
    "Dataset",
    "Description",
    "File",
    "FittingStep",
    "IdxHeader",
    "Label",
    "Progress",
    "Published",
    "Reading",
    "Sample",
    "Split",
    "Standard",
    "Target",
    "Unlabelled",
    "affine_places",
    "are_fitted",
    "as_png",
    "augment",
    "blur",
    "bundled_folder",
    "cache_folder",
    "check",
    "cut_in_two",
    "describe",
    "elastic_field",
    "fetch",
    "fingerprint",
    "fit_characters",
    "fit_image",
    "fitting_steps",
    "folder_of",
    "inverse_maps",
    "is_picture_folder",
    "is_table",
    "load",
    "load_to_measure",
    "names",
    "not_there",
    "picture_size",
    "pictures_in",
    "place_picture",
    "read_idx",
    "read_image",
    "read_sample",
    "read_unlabelled",
    "resize",
    "sample",
    "sample_beside",
    "set_aside",
    "stratified_order",
    "user_path",
    "write_idx",
]
