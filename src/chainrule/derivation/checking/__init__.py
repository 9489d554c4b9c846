"""A learner's line held against the truth: question, points, verdict."""
