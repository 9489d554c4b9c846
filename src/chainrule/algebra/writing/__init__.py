"""Trees written out: Unicode, LaTeX, MathML, NumPy source."""
