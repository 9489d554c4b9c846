"""What every room stands on: files written whole, words, errors for a person, hints.

The standard library only. The files are modules of functions, imported as such:
`from chainrule.ground import writing`, `from chainrule.ground.faults import Fault`.
"""
