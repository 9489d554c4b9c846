"""The terminal: each command turns what the rooms below return into text, or JSON with `--json`.

A command is a file; `main` registers them and turns every error into one line.
"""
