"""A knowledge graph of what city agencies report about their own work.

`KG.open(path).ask(question)` is all that a notebook needs; docs/python.md has the rest.
"""

from kg.session import KG

__all__ = ["KG"]
