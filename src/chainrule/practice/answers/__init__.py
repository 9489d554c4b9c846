"""The kinds of answers, each with the way it is read and graded."""
