"""How equations are run: buffers, the calls on them, and their replay on mini-batches."""
