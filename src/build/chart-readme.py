"""Prints the chart's README.md from values.yaml: usage: chart-readme.py CHART.

Fails where a value has no line "# -- …", or where values.yaml and values.schema.json do not have the same keys.
"""
import json
import re
import sys

chart = sys.argv[1]
rows, problems, path, text = [], [], [], []
with open(f"{chart}/values.yaml", encoding="utf-8") as file:
    for number, line in enumerate(file, 1):
        line = line.rstrip("\n")
        if comment := re.match(r"\s*# ?(-- )?(.*)", line):
            if comment[1]:
                text = [comment[2]]
            elif text:
                text.append(comment[2])
            continue
        found = re.match(r"( *)([A-Za-z]+):(?: (.*))?$", line)
        if not found:
            if line:
                problems.append(f"values.yaml:{number}: neither a value on one line nor a comment")
            text = []
            continue
        depth = len(found[1]) // 2
        path = path[:depth] + [found[2]]
        if found[3] is not None:
            if not text:
                problems.append(f"values.yaml:{number}: \"{'.'.join(path)}\" has no description")
            rows.append((".".join(path), found[3], " ".join(text)))
        text = []

with open(f"{chart}/values.schema.json", encoding="utf-8") as file:
    schema = json.load(file)


def is_optional(name):
    """What may be given and has no default."""
    return name == "global" or name.endswith("resources.limits.cpu")


def leaves(node, at, wanted):
    properties = node.get("properties")
    if not properties or ".".join(at) in wanted:
        return {".".join(at)}
    if node.get("additionalProperties") is not False:
        problems.append(f"values.schema.json: \"{'.'.join(at)}\" takes unknown keys")
    # a default that is taken away by null would be a rule that is not there
    required = node.get("required", [])
    for name in properties:
        if name not in required and not is_optional(".".join(at + [name])):
            problems.append(f"values.schema.json: \"{'.'.join(at + [name])}\" is not required")
    return set().union(*(leaves(child, at + [name], wanted) for name, child in properties.items()))


listed = {name for name, _, _ in rows}
known = leaves(schema, [], listed)
for name in sorted({name for name in known - listed if not is_optional(name)} | (listed - known)):
    problems.append(f"\"{name}\" is in one of values.yaml and values.schema.json only")
if problems:
    sys.exit("\n".join(problems))

print(f"""# mintmark

The broker on Kubernetes: [how to install it](../../docs/kubernetes/install.md), [how to upgrade it](../../docs/kubernetes/upgrade.md).
This page is generated from `values.yaml`; `CHART_CHECK_WRITE=true src/build/chart-check` writes it anew.

```sh
helm install mintmark helm/mintmark --namespace mintmark --create-namespace \\
  --set issuer=https://mintmark.corp.net --set trustDomain=mintmark.corp.net --set image.repository=registry.corp.net/mintmark
```

`issuer`, `trustDomain` and `image.repository` have no safe default. A key that is not in the table is refused.

| value | default | what it does |
|---|---|---|""")
for name, default, what in rows:
    print(f"| `{name}` | `{default.replace('|', '&#124;')}` | {what.replace('|', '&#124;')} |")
