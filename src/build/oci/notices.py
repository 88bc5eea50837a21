"""Prints what the licences of others ask to be passed on: usage: notices.py BOM OPT.

Each component with its licences, then the notices that lie in the jars, each once.
"""
import json
import os
import sys
import zipfile

bom_file, opt = sys.argv[1:]
with open(bom_file, encoding="utf-8") as file:
    bom = json.load(file)


def licences(component):
    said = [entry.get("expression") or entry["license"].get("id") or entry["license"].get("name", "") for entry in component.get("licenses", [])]
    return " or ".join(said)


print("What is in this image beside Mintmark itself, whose licence is in LICENSE. The texts of licences are in META-INF of each jar,")
print("in the folders legal of the two Java runtimes, and in /usr/share/doc for the system's libraries.\n")
silent = []
for component in sorted(bom["components"], key=lambda c: (c.get("group", ""), c["name"])):
    if component["type"] == "file":
        continue
    name = ":".join(part for part in (component.get("group"), component["name"]) if part)
    if not licences(component):
        silent.append(name)
    print(f"{name} {component['version']}: {licences(component)}")
if silent:
    sys.exit(f"image: no licence is stated for {', '.join(silent)}")

notices = {}
for jar in sorted(os.listdir(os.path.join(opt, "lib"))):
    with zipfile.ZipFile(os.path.join(opt, "lib", jar)) as content:
        for name in sorted(content.namelist()):
            folder, _, base = name.rpartition("/")
            if folder.startswith("META-INF") and base.upper().split(".")[0] == "NOTICE":
                text = content.read(name).decode("utf-8", "replace").replace("\r\n", "\n").strip()
                notices.setdefault(text, []).append(jar)
for text, jars in sorted(notices.items(), key=lambda item: item[1]):
    print(f"\n{'-' * 80}\nNotice of {', '.join(dict.fromkeys(jars))}:\n\n{text}")
