"""`python -m chainrule.derivation` prints the page docs/derivation.md."""

import sys

from chainrule.derivation.writing.page import page

sys.stdout.write(page())
