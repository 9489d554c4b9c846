"""From text to trees: tokens, grammar, names, sheets."""
