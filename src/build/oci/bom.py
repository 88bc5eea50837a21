"""Completes the bill of materials that Maven made by what else is in the image: usage: bom.py BOM OPT ROOT."""
import glob
import hashlib
import json
import os
import sys

bom_file, opt, root = sys.argv[1:]
with open(bom_file, encoding="utf-8") as file:
    bom = json.load(file)
shipped = set(os.listdir(os.path.join(opt, "lib")))


def is_shipped(component):
    start = f"{component.get('group', '')}.{component['name']}-{component['version']}"
    return any(name.startswith(start) for name in shipped)


bom["components"] = [c for c in bom.get("components", []) if is_shipped(c)]
kept = {c["bom-ref"] for c in bom["components"]} | {bom["metadata"]["component"]["bom-ref"]}
bom["dependencies"] = [
    {**d, "dependsOn": [on for on in d.get("dependsOn", []) if on in kept]}
    for d in bom.get("dependencies", []) if d["ref"] in kept
]
release = dict(
    line.rstrip("\n").split("=", 1) for line in open(os.path.join(opt, "broker", "release"), encoding="utf-8") if "=" in line)
java = release["JAVA_VERSION"].strip('"')
bom["components"].append({
    "type": "platform", "bom-ref": f"java@{java}", "name": "java", "version": java,
    "publisher": release.get("IMPLEMENTOR", "").strip('"'),
    "description": "two runtimes made by jlink: " + release.get("MODULES", "").strip('"')})
for library in sorted(glob.glob(os.path.join(root, "lib*", "**", "*.so*"), recursive=True)):
    with open(library, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    name = "/" + os.path.relpath(library, root)
    bom["components"].append({"type": "library", "bom-ref": f"file:{name}", "name": name, "hashes": [{"alg": "SHA-256", "content": digest}]})
bom["metadata"].pop("timestamp", None)
json.dump(bom, sys.stdout, indent=1, sort_keys=True)
