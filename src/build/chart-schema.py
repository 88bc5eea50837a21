"""Prints the chart's values.schema.json with what a profile of the injector delivers as the sidecar's own schemas have it.

usage: chart-schema.py CHART SCHEMAS

A text that is "{resource}" or "{scopes}" is a pod's to say, so it is taken in place of anything.
"""
import json
import sys

chart, schemas = sys.argv[1:]
# of draft-07 a keyword beside $ref is no rule, and of these none is one anyway
SAID = {"$schema", "$id", "$comment", "$defs", "title", "description", "default", "examples"}
SAYS = {"enum": ["{resource}", "{scopes}"]}
definitions = {}


def load(name):
    with open(f"{schemas}/{name}", encoding="utf-8") as file:
        return json.load(file)


def find(name, pointer):
    node = load(name)
    for step in pointer.strip("/").split("/"):
        node = node[step]
    return node


def reference(address, name):
    file, _, pointer = address.partition("#")
    file = file or name
    key = ".".join([file.removesuffix(".json")] + [step for step in pointer.split("/") if step not in ("", "$defs", "properties")])
    if key not in definitions:
        definitions[key] = None  # it may refer to itself
        definitions[key] = rule(find(file, pointer), file)
    return {"$ref": f"#/definitions/{key}"}


def value(node, name):
    return {"if": SAYS, "then": True, "else": rule(node, name)}


def rule(node, name):
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        if set(node) - SAID - {"$ref"}:
            sys.exit(f"{name}: a rule beside $ref would be lost")
        return reference(node["$ref"], name)
    made = {}
    for keyword, what in node.items():
        if keyword in SAID:
            continue
        if keyword == "properties":
            made[keyword] = {member: value(each, name) for member, each in what.items()}
        elif keyword in ("items", "additionalProperties") and isinstance(what, dict):
            made[keyword] = value(what, name)
        elif keyword in ("if", "then", "else"):
            made[keyword] = rule(what, name)
        elif keyword == "oneOf":
            made[keyword] = [rule(each, name) for each in what]
        else:
            made[keyword] = what
    return made


with open(f"{chart}/values.schema.json", encoding="utf-8") as file:
    values = json.load(file)
profile = values["properties"]["injector"]["properties"]["profiles"]["additionalProperties"]["properties"]
for part in ("credentials", "deliver"):
    profile[part] = rule(find("sidecar.json", f"/properties/spec/properties/{part}"), "sidecar.json")
profile["deliver"]["minItems"] = 1
profile["resources"] = rule(find("injector-profile.json", "/$defs/profile/properties/resources"), "injector-profile.json")
values.pop("definitions", None)
text = json.dumps(values, indent=1, ensure_ascii=False)
lines = [f"  {json.dumps(key)}: {json.dumps(definitions[key], ensure_ascii=False)}" for key in sorted(definitions)]
print(text.removesuffix("\n}") + ',\n "definitions": {\n' + ",\n".join(lines) + "\n }\n}")
