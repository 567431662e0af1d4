"""Facts about privileges, memberships and ownership."""

from .definitions import text
from .objects import KINDS, UNNAMED, object_name
from .roles import role, roles
from .tree import items, relation, string, texts


def verb(node):
    return "grant" if node.get("is_grant") else "revoke"


def cascade(node):
    return " [cascade]" if node.get("behavior") == "DROP_CASCADE" else ""


def grant(node):
    yield verb(node) + (" [grant option]" if node.get("grant_option") else "") + cascade(node)
    yield from privileges(node)
    kind = KINDS[node["objtype"]]
    for target in node["objects"]:
        if node["targtype"] == "ACL_TARGET_ALL_IN_SCHEMA":
            yield f"on all {kind} in {string(target)}"
        elif "RangeVar" in target:
            yield f"on {kind} {relation(target['RangeVar'])}"
        elif node["objtype"] in UNNAMED:
            yield f"on {kind}"
        else:
            yield f"on {kind} {object_name(target)}"
    yield from roles("role", node["grantees"])
    if node.get("grantor"):
        yield f"granted by {role(node['grantor'])}"


def privileges(node):
    for _, privilege in items(node.get("privileges")):
        columns = texts(privilege.get("cols"))
        name = privilege.get("priv_name", "all").upper()
        yield f"privilege {name}" + (f" ({', '.join(columns)})" if columns else "")
    if not node.get("privileges"):
        yield "privilege ALL"


def grant_role(node):
    yield f"{verb(node)} membership{cascade(node)}"
    yield from (f"of {fields['priv_name']}" for _, fields in items(node["granted_roles"]))
    yield from roles("role", node["grantee_roles"])
    for _, option in items(node.get("opt")):
        yield f"option {option['defname']} = {'true' if node.get('is_grant') is None else text(option['arg'])}"
    if node.get("grantor"):
        yield f"granted by {role(node['grantor'])}"


def default_privileges(node):
    action = node["action"]
    option = " [grant option]" if action.get("grant_option") else ""
    yield f"default privileges {verb(action)} on {KINDS[action['objtype']]}{option}{cascade(action)}"
    for _, limit in items(node.get("options")):
        if limit["defname"] == "roles":
            yield from roles("created by", limit["arg"]["List"]["items"])
        else:
            yield from (f"in {string(schema)}" for schema in limit["arg"]["List"]["items"])
    yield from privileges(action)
    yield from roles("role", action["grantees"])


def reassign(node):
    yield f"reassign owned to {role(node['newrole'])}"
    yield from roles("by", node["roles"])


def drop_owned(node):
    yield "drop owned" + cascade(node)
    yield from roles("by", node["roles"])
