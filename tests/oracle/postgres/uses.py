"""What an expression or a query uses: relations read, rows locked, functions called, columns named, WITH queries."""

from .tree import fields_of, kind_of, only, relation, texts

# Operators that the grammar turns into calls; lockwise keeps them as operators.
OPERATORS = {"timezone", "like_escape", "similar_to_escape", "similar_escape", "is_normalized", "overlaps"}

# Written like a call, but with a grammar and often a node of their own; lockwise takes them for functions in some places.
SPECIAL = {
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_value",
    "pg_collation_for",
    "xmlexists",
}

WRITES = {"InsertStmt": "insert into", "UpdateStmt": "update", "DeleteStmt": "delete from", "MergeStmt": "merge into"}


class Uses:
    """Collects while a tree is walked. `hidden` are the names of WITH queries that stand for no table."""

    def __init__(self, hidden=()):
        self.hidden = list(hidden)
        self.reads, self.locked, self.functions, self.columns = set(), set(), set(), set()
        self.writes = []
        self.depth = 0
        self.subqueries = self.parameters = False

    def walk(self, value):
        if isinstance(value, list):
            for item in value:
                self.walk(item)
        elif isinstance(value, dict):
            for key, inner in value.items():
                getattr(self, "on_" + key, self.walk)(inner)

    # Nodes

    def on_RangeVar(self, node):
        self.read(node)

    def on_ColumnRef(self, node):
        names = texts(node["fields"])
        if self.depth == 0 and names and not any("A_Star" in field for field in node["fields"]):
            self.columns.add(names[-1])

    def on_ParamRef(self, node):
        self.parameters = True

    def on_SubLink(self, node):
        self.walk(node.get("testexpr"))
        self.subquery(node["subselect"])

    def on_RangeSubselect(self, node):
        self.subquery(node["subquery"])

    def on_FuncCall(self, node):
        names = texts(node["funcname"])
        by_keyword = node.get("funcformat") == "COERCE_SQL_SYNTAX"
        made = names[0] == "pg_catalog" and names[-1] in OPERATORS
        if not made:
            self.functions.add(names[-1] if by_keyword else ".".join(names[-2:]))
        self.walk({key: value for key, value in node.items() if key != "funcname"})

    def on_SQLValueFunction(self, node):
        name = node["op"].removeprefix("SVFOP_").lower()
        self.functions.add(name.removesuffix("_n"))

    def on_MergeSupportFunc(self, node):
        self.functions.add("merge_action")

    def on_CurrentOfExpr(self, node):
        # The one row where the cursor stands, found by its place in the table.
        self.columns.add("ctid")

    def on_TypeCast(self, node):
        self.walk(node["arg"])

    def on_CollateClause(self, node):
        self.walk(node.get("arg"))

    def on_SelectStmt(self, node):
        self.select(node)

    def on_larg(self, node):
        self.side(node)

    def on_rarg(self, node):
        self.side(node)

    def side(self, node):
        """A side of UNION is a bare SelectStmt, a side of JOIN is a node."""
        if "op" in node:
            self.select(node)
        else:
            self.walk(node)

    def on_InsertStmt(self, node):
        self.write("InsertStmt", node)

    def on_UpdateStmt(self, node):
        self.write("UpdateStmt", node)

    def on_DeleteStmt(self, node):
        self.write("DeleteStmt", node)

    def on_MergeStmt(self, node):
        self.write("MergeStmt", node)

    # Parts

    def read(self, range_var):
        if range_var.get("schemaname") or range_var["relname"] not in self.hidden:
            self.reads.add(relation(range_var))

    def subquery(self, node):
        self.subqueries = True
        self.depth += 1
        self.walk(node)
        self.depth -= 1

    def select(self, node):
        self.subqueries = True
        place = len(self.hidden)
        self.with_clause(node.get("withClause"))
        self.walk({key: value for key, value in node.items() if key not in ("withClause", "lockingClause", "intoClause")})
        for lock in node.get("lockingClause", ()):
            wanted = [only(name)[1]["relname"] for name in lock["LockingClause"].get("lockedRels", ())]
            self.lock(node, wanted)
        del self.hidden[place:]

    def with_clause(self, node):
        """Leaves the names hidden; whoever calls shows them again."""
        if not node:
            return
        queries = [fields_of(cte) for cte in node["ctes"]]
        if node.get("recursive"):
            self.hidden.extend(query["ctename"] for query in queries)
        for query in queries:
            place = len(self.hidden)
            self.subquery(query["ctequery"])
            del self.hidden[place:]
            self.hidden.append(query["ctename"])

    def write(self, kind, node):
        """A write in WITH; what it reads and calls is the whole statement's."""
        self.writes.append((kind, node, list(self.hidden)))
        self.write_body(node)

    def write_body(self, node):
        place = len(self.hidden)
        self.with_clause(node.get("withClause"))
        self.walk({key: value for key, value in node.items() if key not in ("withClause", "relation")})
        del self.hidden[place:]

    def lock(self, node, wanted):
        for item in node.get("fromClause", ()):
            self.lock_item(item, wanted)

    def lock_item(self, item, wanted):
        kind, fields = only(item)
        alias = fields.get("alias", {}).get("aliasname")
        if kind == "JoinExpr":
            self.lock_item(fields["larg"], wanted)
            self.lock_item(fields["rarg"], wanted)
        elif kind == "RangeVar" and (not wanted or (alias or fields["relname"]) in wanted):
            if fields.get("schemaname") or fields["relname"] not in self.hidden:
                self.locked.add(relation(fields))
        elif kind == "RangeSubselect" and (not wanted or alias in wanted):
            if kind_of(fields["subquery"]) == "SelectStmt":
                self.lock(fields_of(fields["subquery"]), [])

    # Facts

    def facts(self, prefix=""):
        """What a whole statement uses."""
        yield from (f"{prefix}reads {name}" for name in self.reads)
        yield from (f"{prefix}calls {name}" for name in self.functions if name.split(".")[-1] not in SPECIAL)
        yield from (f"{prefix}locks rows of {name}" for name in self.locked)
