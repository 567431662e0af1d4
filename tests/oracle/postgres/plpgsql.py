"""The SQL statements that stand in PL/pgSQL, as PostgreSQL's own parser of it finds them."""

import json

from pglast.parser import Error, parse_plpgsql_json, parse_sql_json

from .tree import only

# What lockwise does not compare: queries, whose INTO and FOR are PL/pgSQL's, and what is no SQL there.
LEFT_OUT = ("SelectStmt", "TransactionStmt", "VariableSetStmt")

# Columns may be variables of the function there, and lockwise keeps the row locks of queries only.
UNSURE = (" names ", " is constant", "locks rows of ")


def statements(written):
    """The facts of each statement, or a line that says that there is nothing to compare with."""
    from . import facts

    try:
        functions = json.loads(parse_plpgsql_json(written))
        inner = [
            (*only(raw["stmt"]), text) for text in texts(functions) for raw in json.loads(parse_sql_json(text))["stmts"]
        ]
    except Error:
        return ["statements are not known"]
    found = [facts.of(kind, fields, text) for kind, fields, text in inner if kind not in LEFT_OUT]
    kept = [line for lines in found for line in lines if not any(words in line for words in UNSURE)]
    return [f"statement {line}" for line in kept]


def texts(functions):
    """The text of every static statement."""
    found, left = [], [functions]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            # Mode 0 is a whole statement; the others are expressions.
            if "PLpgSQL_expr" in value and not value["PLpgSQL_expr"].get("parseMode"):
                found.append(value["PLpgSQL_expr"]["query"])
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
    return found
