"""Facts about extensions, schemas and objects of other servers."""

from .definitions import foreign
from .references import reference
from .roles import role
from .tree import dotted, items, number_of, only, relation, string


def create_extension(node):
    options = {option["defname"]: option["arg"] for _, option in items(node.get("options"))}
    quiet = " [if not exists]" if node.get("if_not_exists") else ""
    cascade = " [cascade]" if "cascade" in options and number_of(options["cascade"]) == "true" else ""
    yield f"create extension {node['extname']}{quiet}{cascade}"
    if "schema" in options:
        yield f"schema {string(options['schema'])}"
    if "new_version" in options:
        yield f"version {string(options['new_version'])}"


def alter_extension(node):
    yield f"alter extension {node['extname']}"
    yield "update"
    yield from (f"version {string(option['arg'])}" for _, option in items(node.get("options")))


def alter_contents(node):
    yield f"alter extension {node['extname']}"
    yield reference("add" if node["action"] > 0 else "drop", node["objtype"], node["object"])


def create_schema(node):
    from . import facts

    quiet = " [if not exists]" if node.get("if_not_exists") else ""
    yield f"create schema {node.get('schemaname', '')}".rstrip() + quiet
    if node.get("authrole"):
        yield f"owner {role(node['authrole'])}"
    for number, element in enumerate(node.get("schemaElts", ()), 1):
        yield from (f"element {number} {line}" for line in facts.of(*only(element), ""))


def wrapper(verb):
    def facts(node):
        yield f"{verb} foreign data wrapper {node['fdwname']}"
        for _, option in items(node.get("func_options")):
            if option.get("arg"):
                yield f"{option['defname']} {dotted(option['arg']['List']['items'])}"
        yield from foreign("option", node.get("options"))

    return facts


def server(verb):
    def facts(node):
        yield f"{verb} server {node['servername']}" + (" [if not exists]" if node.get("if_not_exists") else "")
        fields = {"type": "servertype", "version": "version", "wrapper": "fdwname"}
        yield from (f"{word} {node[field]}" for word, field in fields.items() if node.get(field))
        yield from foreign("option", node.get("options"))

    return facts


def mapping(verb):
    def facts(node):
        quiet = " [if not exists]" if node.get("if_not_exists") else ""
        yield f"{verb} user mapping for {role(node['user'])} on {node['servername']}{quiet}"
        yield from foreign("option", node.get("options"))

    return facts


def import_schema(node):
    yield f"import {node['remote_schema']} into {node['local_schema']}"
    yield f"from {node['server_name']}"
    words = {"FDW_IMPORT_SCHEMA_LIMIT_TO": "limit to", "FDW_IMPORT_SCHEMA_EXCEPT": "except"}.get(node["list_type"])
    yield from (f"{words} {relation(table)}" for _, table in items(node.get("table_list")))
    yield from foreign("option", node.get("options"))
