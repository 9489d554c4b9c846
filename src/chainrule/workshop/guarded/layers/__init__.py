"""Layers of somebody's own, each by itself: found in a file, made, called, and moved.

`units` finds them, `making` has what their arguments may be, `task` calls and measures them.
"""
