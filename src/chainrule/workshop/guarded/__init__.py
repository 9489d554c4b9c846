"""The learner's code in a process of its own: bounded in time, memory, output and processes."""
