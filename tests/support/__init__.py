"""What the tests of several rooms share: `from tests.support import cases`.

A module beside a test needs no loader: `from . import rewriting` inside a folder, `from
tests.support import ...` everywhere. pytest finds both by their place in the repository, from any
working directory.
"""

from .lengths import at_most_one_more
from .mnist import MNIST_FOLDER
from .tables import cases, read
from .work import calls

__all__ = ["MNIST_FOLDER", "at_most_one_more", "calls", "cases", "read"]
