"""Facts about publications, subscriptions and extended statistics."""

from .definitions import named
from .expressions import expression
from .tree import dotted, is_only, items, number_of, relation, texts


def create_publication(node):
    yield f"create publication {node['pubname']}" + (" [all tables]" if node.get("for_all_tables") else "")
    yield from published(node.get("pubobjects"))
    yield from named("option", node.get("options"))


def alter_publication(node):
    verb = {"AP_AddObjects": "add", "AP_SetObjects": "set", "AP_DropObjects": "drop"}[node["action"]]
    yield f"alter publication {node['pubname']} {'set options' if node.get('options') else verb}"
    yield from published(node.get("pubobjects"))
    yield from named("option", node.get("options"))


def published(node_list):
    for number, (_, node) in enumerate(items(node_list), 1):
        if node["pubobjtype"] == "PUBLICATIONOBJ_TABLE":
            table = node["pubtable"]
            columns = f" ({', '.join(texts(table['columns']))})" if table.get("columns") else ""
            only_it = " [only]" if is_only(table["relation"]) else ""
            yield f"{number} table {relation(table['relation'])}{columns}{only_it}"
            if table.get("whereClause"):
                yield from expression(f"{number} where", table["whereClause"])
        elif node["pubobjtype"] == "PUBLICATIONOBJ_TABLES_IN_SCHEMA":
            yield f"{number} schema {node['name']}"
        else:
            yield f"{number} current schema"


def create_subscription(node):
    yield f"create subscription {node['subname']}"
    yield f"connection {node.get('conninfo', '')}"
    yield from (f"publication {name}" for name in texts(node["publication"]))
    yield from named("option", node.get("options"))


CHANGES = {
    "ALTER_SUBSCRIPTION_OPTIONS": "set options",
    "ALTER_SUBSCRIPTION_CONNECTION": "connection",
    "ALTER_SUBSCRIPTION_SET_PUBLICATION": "set publication",
    "ALTER_SUBSCRIPTION_ADD_PUBLICATION": "add publication",
    "ALTER_SUBSCRIPTION_DROP_PUBLICATION": "drop publication",
    "ALTER_SUBSCRIPTION_REFRESH": "refresh",
    "ALTER_SUBSCRIPTION_REFRESH_PUBLICATION": "refresh",
    "ALTER_SUBSCRIPTION_SKIP": "skip",
}


def alter_subscription(node):
    head = f"alter subscription {node['subname']}"
    if node["kind"] == "ALTER_SUBSCRIPTION_ENABLED":
        [(_, option)] = items(node["options"])
        yield f"{head} {'enable' if number_of(option['arg']) == 'true' else 'disable'}"
        return
    yield f"{head} {CHANGES[node['kind']]} {node.get('conninfo', '')}".rstrip()
    yield from (f"publication {name}" for name in texts(node.get("publication")))
    yield from named("option", node.get("options"))


def create_statistics(node):
    quiet = " [if not exists]" if node.get("if_not_exists") else ""
    yield f"create statistics {dotted(node.get('defnames'))}".rstrip() + quiet
    yield from (f"kind {kind}" for kind in texts(node.get("stat_types")))
    for number, (_, element) in enumerate(items(node["exprs"]), 1):
        if element.get("name"):
            yield f"element {number} {element['name']}"
        else:
            yield from expression(f"element {number}", element["expr"])
    yield from (f"from {relation(table)}" for _, table in items(node["relations"]))


def alter_statistics(node):
    target = number_of(node["stxstattarget"]) if node.get("stxstattarget") else "default"
    yield f"alter statistics {dotted(node['defnames'])} {target}" + (" [if exists]" if node.get("missing_ok") else "")
