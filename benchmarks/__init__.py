"""Speed, side by side with peers: `python -m benchmarks.training`, `cold_start`, `predict`."""
