"""Roles as statements name them."""

from .tree import items

# To lockwise these are one.
SAME = {"current_role": "current_user"}


def role(node):
    name = node.get("rolename") or node["roletype"].removeprefix("ROLESPEC_").lower()
    return name if node.get("rolename") else SAME.get(name, name)


def roles(label, node_list):
    return [f"{label} {role(node)}" for _, node in items(node_list)]
