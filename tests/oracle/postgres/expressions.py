"""Facts about one expression."""

from .tree import is_null
from .uses import SPECIAL, Uses


def expression(label, node, hidden=()):
    """What lockwise keeps of an expression, each line behind the label."""
    uses = Uses(hidden)
    uses.walk(node)
    functions = {name for name in uses.functions if name.split(".")[-1] not in SPECIAL}
    yield f"{label} is given"
    if not (uses.subqueries or uses.functions or uses.columns):
        yield f"{label} is constant"
    if is_null(node):
        yield f"{label} is null"
    yield from (f"{label} calls {name}" for name in functions)
    yield from (f"{label} names {name}" for name in uses.columns)
    yield from (f"{label} reads {name}" for name in uses.reads)
