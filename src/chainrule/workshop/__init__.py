"""The learner's own network.py, built function by function, graded.

`stages/` holds one folder a function: what to write, hints, a reference, and an oracle. `guarded/`
runs the learner's code in a process of its own. `grading` brings the two together.

Nothing is imported here: the guarded process starts from this package and should be quick.
"""
