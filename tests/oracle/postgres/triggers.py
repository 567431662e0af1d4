"""Facts about triggers."""

from .tree import relation


def create_trigger(node):
    replace = " or replace" if node.get("replace") else ""
    row = " [for each row]" if node.get("row") else ""
    yield f"create{replace} trigger {node['trigname']}{row}"
    yield f"on {relation(node['relation'])}"
    if node.get("constrrel"):
        yield f"from {relation(node['constrrel'])}"
