"""Judgement: facts and a requirement give a finding, findings give a verdict. Pure: no I/O, clock or chance.

Floor 2. Imports `specs` only.
"""
