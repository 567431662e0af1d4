"""Small questions about the JSON tree. A node is `{"Kind": {fields}}`; false, zero and empty fields are left out."""

import re


def only(node):
    """The kind and the fields of a node."""
    [(kind, fields)] = node.items()
    return kind, fields


def kind_of(node):
    return only(node)[0] if node else None


def fields_of(node):
    return only(node)[1] if node else {}


def items(node_list):
    """Kind and fields of every node of a list."""
    return [only(node) for node in node_list or ()]


def string(node):
    """The text of a String node."""
    return node["String"].get("sval", "")


def texts(node_list):
    return [string(node) for node in node_list or () if "String" in node]


def dotted(node_list):
    """A name as lockwise keeps it: schema and name; a database in front is dropped."""
    return ".".join(texts(node_list)[-2:])


def relation(range_var):
    """The name of a RangeVar."""
    schema = range_var.get("schemaname")
    return f"{schema}.{range_var['relname']}" if schema else range_var["relname"]


def is_only(range_var):
    return not range_var.get("inh")


def constant(node):
    """The text of a constant, None if the node is something else."""
    if not node:
        return None
    if "TypeCast" in node:
        return constant(node["TypeCast"]["arg"])
    if "A_Const" not in node:
        return None
    value = node["A_Const"]
    if "ival" in value:
        return str(value["ival"].get("ival", 0))
    if "fval" in value:
        return value["fval"].get("fval", "")
    if "sval" in value:
        return value["sval"].get("sval", "")
    if "bsval" in value:
        return value["bsval"].get("bsval", "")
    if "boolval" in value:
        return "true" if value["boolval"].get("boolval") else "false"
    return None


def is_null(node):
    """The literal NULL, also with a cast."""
    while node and "TypeCast" in node:
        node = node["TypeCast"]["arg"]
    return bool(node) and "A_Const" in node and bool(node["A_Const"].get("isnull"))


def strings(value):
    """Every string anywhere in a tree, and every number as text."""
    found, left, texts_with_sql = set(), [value], []
    while left:
        value = left.pop()
        if isinstance(value, dict):
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
        else:
            if isinstance(value, str) and re.search(r"\s", value):
                texts_with_sql.append(value)
            # CURRENT_USER and its kin are roles without a name.
            found.add(str(value).lower().removeprefix("rolespec_") if "ROLESPEC" in str(value) else str(value))
    # The body of a function is a text to PostgreSQL's grammar, and a list of statements to lockwise.
    for text in texts_with_sql:
        words = re.findall(r"[\w$]+", text)
        found.update(words, map(str.lower, words), re.findall(r'"([^"]*)"', text))
    return found


def number_of(node):
    """The text of a bare number or truth value."""
    if "Integer" in node:
        return str(node["Integer"].get("ival", 0))
    if "Float" in node:
        return node["Float"]["fval"]
    if "Boolean" in node:
        return "true" if node["Boolean"].get("boolval") else "false"
    return string(node)
