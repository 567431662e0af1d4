"""Facts about functions, procedures and DO blocks."""

import json

from pglast.parser import ParseError, parse_sql_json

from . import plpgsql
from .expressions import expression
from .tree import constant, dotted, fields_of, items, only, string
from .types import type_name

MODES = {
    "FUNC_PARAM_DEFAULT": "in",
    "FUNC_PARAM_IN": "in",
    "FUNC_PARAM_OUT": "out",
    "FUNC_PARAM_INOUT": "inout",
    "FUNC_PARAM_VARIADIC": "variadic",
}

KINDS = {"OBJECT_FUNCTION": "function", "OBJECT_PROCEDURE": "procedure", "OBJECT_ROUTINE": "routine"}


def create_function(node, written):
    options = [fields for _, fields in items(node.get("options"))]
    named = {option["defname"]: option.get("arg") for option in options}
    line = "create" + (" or replace" if node.get("replace") else "")
    line += f" {'procedure' if node.get('is_procedure') else 'function'} {dotted(node['funcname'])}"
    line += " [strict]" if is_on(named.get("strict")) else ""
    line += " [security definer]" if is_on(named.get("security")) else ""
    yield line + (" [leakproof]" if is_on(named.get("leakproof")) else "")
    yield string(named["volatility"]) if "volatility" in named else "volatile"
    yield from parameters(node.get("parameters"))
    if node.get("returnType") and not any(is_column(one) for one in node.get("parameters", ())):
        yield f"returns {type_name(node['returnType'])}"
    for option in options:
        if option["defname"] in ("parallel", "cost", "rows", "support", "set"):
            yield words(option)
    language = string(named["language"]).lower() if "language" in named else "sql"
    yield f"language {language}"
    yield from body(node, named.get("as"), language)
    if language == "plpgsql" and written:
        yield from plpgsql.statements(written)


def is_on(node):
    return bool(node) and bool(node["Boolean"].get("boolval"))


def is_column(parameter):
    return fields_of(parameter)["mode"] == "FUNC_PARAM_TABLE"


def parameters(node_list):
    arguments = [fields_of(one) for one in node_list or () if not is_column(one)]
    for number, one in enumerate(arguments, 1):
        name = f" {one['name']}" if one.get("name") else ""
        yield f"{number} argument {MODES[one['mode']]}{name} {type_name(one['argType'])}"
        if one.get("defexpr"):
            yield from expression(f"{number} argument default", one["defexpr"])
    columns = [fields_of(one) for one in node_list or () if is_column(one)]
    for number, one in enumerate(columns, 1):
        yield f"returns column {number} {one['name']} {type_name(one['argType'])}"


def body(node, text, language):
    if node.get("sql_body"):
        kind, fields = only(node["sql_body"])
        if kind == "ReturnStmt":
            yield "body return"
        else:
            inner = [statement for part in fields["items"] for statement in part.get("List", {}).get("items", ())]
            yield from statements(inner)
    elif text and len(text["List"]["items"]) == 2:
        yield "body object"
    elif text and language == "sql":
        yield from statements(parsed(string(text["List"]["items"][0])))
    elif text:
        yield "body text"


def parsed(text):
    try:
        return [raw["stmt"] for raw in json.loads(parse_sql_json(text)).get("stmts", ())]
    except ParseError:
        return []


def statements(node_list):
    from . import facts

    for number, statement in enumerate(node_list, 1):
        if "ReturnStmt" not in statement:
            yield from (f"body {number} {line}" for line in facts.of(*only(statement), ""))


def words(option):
    name, value = option["defname"], option.get("arg")
    if name == "set":
        return setting(value["VariableSetStmt"])
    if name == "support":
        return f"support {dotted(value['List']['items'])}"
    if name in ("strict", "security", "leakproof"):
        return f"{'security definer' if name == 'security' else name} {'true' if is_on(value) else 'false'}"
    if name == "volatility":
        return string(value)
    return f"{name} {string(value) if 'String' in value else number(value)}"


def number(node):
    return node["Float"]["fval"] if "Float" in node else str(node["Integer"].get("ival", 0))


def setting(node):
    from .session import quoted

    name = node.get("name", "").lower()
    if node["kind"] == "VAR_RESET_ALL":
        return "reset all"
    if node["kind"] == "VAR_RESET":
        return f"reset {name}"
    if node["kind"] != "VAR_SET_VALUE":
        return f"set {name}"
    values = [constant(value) or "" for value in node["args"]]
    values = [quoted(value) for value in values] if name == "search_path" else values
    return f"set {name} = {', '.join(values)}"


def do_block(node, written):
    language = [string(option["arg"]) for _, option in items(node["args"]) if option["defname"] == "language"]
    yield f"do in {language[0].lower() if language else 'plpgsql'}"
    if written and (not language or language[0].lower() == "plpgsql"):
        yield from plpgsql.statements(written)


def alter_function(node):
    yield f"alter {KINDS[node['objtype']]} {dotted(node['func']['objname'])}"
    for place, (_, option) in enumerate(items(node["actions"]), 1):
        yield f"{place} {words(option)}"


def shared(kind, node, change):
    """RENAME TO and the like, if it is a routine."""
    if kind in KINDS:
        yield f"alter {KINDS[kind]} {dotted(node['object']['ObjectWithArgs']['objname'])}"
        yield f"1 {change}"
