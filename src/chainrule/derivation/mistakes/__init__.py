"""What is wrong with a wrong line: detectors, edits, search, repair."""
