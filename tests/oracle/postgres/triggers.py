"""Facts about triggers, event triggers, rules and policies."""

from .expressions import expression
from .roles import roles
from .tree import dotted, items, only, relation, string, texts

TIMINGS = {0: "after", 1 << 1: "before", 1 << 6: "instead of"}

EVENTS = {1 << 2: "insert", 1 << 3: "delete", 1 << 4: "update", 1 << 5: "truncate"}


def create_trigger(node):
    replace = " or replace" if node.get("replace") else ""
    constraint = " constraint" if node.get("isconstraint") else ""
    line = f"create{replace}{constraint} trigger {node['trigname']}"
    line += " [for each row]" if node.get("row") else ""
    line += " [deferrable]" if node.get("deferrable") else ""
    yield line + (" [initially deferred]" if node.get("initdeferred") else "")
    yield TIMINGS[node.get("timing", 0)]
    for bit, event in EVENTS.items():
        if node["events"] & bit:
            columns = texts(node.get("columns")) if event == "update" else []
            yield f"event {event} {', '.join(columns)}".rstrip()
    yield f"on {relation(node['relation'])}"
    if node.get("constrrel"):
        yield f"from {relation(node['constrrel'])}"
    for _, table in items(node.get("transitionRels")):
        yield f"{'new' if table.get('isNew') else 'old'} table {table['name']}"
    if node.get("whenClause"):
        yield from expression("when", node["whenClause"])
    yield f"executes {dotted(node['funcname'])}"
    yield from (f"{number} argument {text}" for number, text in enumerate(texts(node.get("args")), 1))


def create_event_trigger(node):
    yield f"create event trigger {node['trigname']} on {node['eventname']}"
    for _, condition in items(node.get("whenclause")):
        values = condition["arg"]["List"]["items"]
        yield from (f"when {condition['defname']} is {string(value)}" for value in values)
    yield f"executes {dotted(node['funcname'])}"


def alter_event_trigger(node):
    verb = "disable" if node["tgenabled"] == "D" else "enable"
    yield f"alter event trigger {node['trigname']} {verb}"


def create_rule(node):
    from . import facts

    replace = " or replace" if node.get("replace") else ""
    instead = " [instead]" if node.get("instead") else ""
    yield f"create{replace} rule {node['rulename']} on {node['event'].removeprefix('CMD_').lower()}{instead}"
    yield f"on {relation(node['relation'])}"
    if node.get("whereClause"):
        yield from expression("where", node["whereClause"])
    for number, action in enumerate(node.get("actions", ()), 1):
        yield from (f"action {number} {line}" for line in facts.of(*only(action), ""))


def create_policy(node):
    permissive = " [permissive]" if node.get("permissive") else ""
    yield f"create policy {node['policy_name']} for {node['cmd_name']}{permissive}"
    yield from policy(node)


def alter_policy(node):
    yield f"alter policy {node['policy_name']}"
    yield from policy(node)


def policy(node):
    yield f"on {relation(node['table'])}"
    named = roles("to", node.get("roles"))
    # The grammar writes PUBLIC where CREATE POLICY names no role.
    yield from named if named != ["to public"] or "cmd_name" not in node else ()
    if node.get("qual"):
        yield from expression("using", node["qual"])
    if node.get("with_check"):
        yield from expression("check", node["with_check"])
