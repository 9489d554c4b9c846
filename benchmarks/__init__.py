"""What is fast, and how fast, each by `python -m benchmarks.NAME` from the root of the repository.

`training`, `cold_start`, `predict`: side by side with peers. `check_speed`, `derivation`: the
derivation checker and the deriving. `fuzz_checker`: anything at all typed into the checker.
"""
