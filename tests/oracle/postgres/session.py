"""Facts about settings and transactions."""

import re

from .tree import constant, items, relation

# What SET and RESET change under another name.
SETTINGS = {"session_authorization": "role"}

OPAQUE = {
    "TRANSACTION": "SET TRANSACTION",
    "TRANSACTION SNAPSHOT": "SET TRANSACTION",
    "SESSION CHARACTERISTICS": "SET SESSION CHARACTERISTICS",
}

TRANSACTIONS = {
    "TRANS_STMT_BEGIN": "begin",
    "TRANS_STMT_START": "begin",
    "TRANS_STMT_COMMIT": "commit",
    "TRANS_STMT_ROLLBACK": "rollback",
    "TRANS_STMT_SAVEPOINT": "savepoint",
    "TRANS_STMT_RELEASE": "release",
    "TRANS_STMT_ROLLBACK_TO": "rollback to",
    "TRANS_STMT_PREPARE": "prepare transaction",
    "TRANS_STMT_COMMIT_PREPARED": "opaque COMMIT PREPARED",
    "TRANS_STMT_ROLLBACK_PREPARED": "opaque ROLLBACK PREPARED",
}


def variable(node):
    kind = node["kind"]
    name = node.get("name", "").lower()
    name = SETTINGS.get(name, name)
    local = " local" if node.get("is_local") else ""
    if kind == "VAR_RESET_ALL":
        yield "reset all"
    elif kind == "VAR_RESET":
        yield f"reset {name}"
    elif kind == "VAR_SET_DEFAULT":
        yield f"reset{local} {name}"
    elif kind == "VAR_SET_MULTI":
        access = read_only(node.get("args", ()))
        if access is None:
            yield "opaque " + OPAQUE[node["name"]]
        elif node["name"] == "TRANSACTION":
            yield f"set local transaction_read_only = {access}"
        else:
            yield f"set default_transaction_read_only = {access}"
    elif kind == "VAR_SET_CURRENT":
        yield f"set{local} {name} from current"
    else:
        values = [constant(value) or "" for value in node.get("args", ())]
        if name == "xmloption":
            # Two keywords, which the grammar turns into texts in upper case.
            values = [value.lower() for value in values]
        elif name == "search_path":
            values = [quoted(value) for value in values]
        if name == "role" and values == ["none"]:
            yield f"reset{local} {name}"
        else:
            yield f"set{local} {name} = {', '.join(values)}"


def read_only(modes):
    """Whether the last READ ONLY or READ WRITE of transaction modes is the one or the other, where there is one."""
    found = None
    for _, mode in items(modes):
        if mode.get("defname") == "transaction_read_only":
            found = "on" if constant(mode["arg"]) == "1" else "off"
    return found


def quoted(name):
    """A name as search_path holds it."""
    return name if re.fullmatch(r"[a-z0-9_$]*", name) else '"' + name.replace('"', '""') + '"'


def discard(node):
    what = node["target"].removeprefix("DISCARD_")
    yield "discard all" if what == "ALL" else f"opaque DISCARD {what}"


def constraints(node):
    yield "set constraints" + (" [deferred]" if node.get("deferred") else "")
    for name in node.get("constraints", []):
        yield f"constraint {relation(name['RangeVar'])}"


def transaction(node):
    line = TRANSACTIONS[node["kind"]]
    access = read_only(node.get("options", ())) if line == "begin" else None
    if access is not None:
        line += " read only" if access == "on" else " read write"
    if node.get("savepoint_name"):
        line += f" {node['savepoint_name']}"
    yield line + (" [and chain]" if node.get("chain") else "")
