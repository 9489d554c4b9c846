"""One folder a function of network.py: the words and hints, the reference, and the oracle."""
