"""What the flows need from the world, as Protocols: one module a subject.

Each has an adapter in `mayfly.aws` and a fake in `tests/fakes`, and one contract suite that both
pass. Absence is an exception of `domain.errors` everywhere.
"""
