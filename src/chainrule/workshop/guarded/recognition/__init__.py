"""A network recognised in somebody's own file: how it is fed, and where its gradients are.

What is found is written as an adapter, a few lines of Python that the reader can correct; grading
runs that very text.
"""
