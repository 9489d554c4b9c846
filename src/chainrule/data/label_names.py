"""What the column of labels is called in the tables that people have."""

from __future__ import annotations

LABEL_NAMES = (
    "label", "labels", "class", "target", "digit", "y", "classes", "outcome", "species", "variety",
    "quality", "emotion", "survived", "diagnosis", "class_label", "classlabel", "class label",
    "target_class", "is_spam", "spam", "response", "outputs", "output",
)  # fmt: skip
"""In lower case, the surest first."""
