"""Answers what PostgreSQL's own grammar makes of a text.

Reads one JSON request a line, `{"text": ...}`, and writes one JSON answer a line: `{"error": ...}` when PostgreSQL
refuses the text, else `{"statements": [...]}`, each with its place in bytes, its kind, its facts as lines of text, and
every string of its tree.
"""

import json
import sys

import pglast
from pglast.parser import ParseError, parse_sql_json

from postgres import facts, spans, tree


def answer(text):
    try:
        parsed = json.loads(parse_sql_json(text))
    except ParseError as error:
        return {"error": str(error)}
    source = text.encode()
    return {"statements": [statement(source, raw) for raw in parsed.get("stmts", [])]}


def statement(source, raw):
    start, end = spans.trimmed(source, raw.get("stmt_location", 0), raw.get("stmt_len"))
    kind, fields = tree.only(raw["stmt"])
    return {
        "start": start,
        "end": end,
        "kind": kind,
        "facts": facts_of(kind, fields, source[start:end].decode()),
        "strings": sorted(tree.strings(fields)),
    }


def facts_of(kind, fields, written):
    try:
        return facts.of(kind, fields, written)
    except Exception as error:  # A form that these scripts do not know must not end the run.
        return [f"no facts: {error!r}"]


def main():
    sys.setrecursionlimit(20_000)
    print(json.dumps({"pglast": pglast.__version__}), flush=True)
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line)["text"])
        except RecursionError:
            reply = {"error": "too deep for Python"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
