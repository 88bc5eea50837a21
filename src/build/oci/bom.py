"""Completes the bill of materials that Maven made by what else is in the image.

usage: bom.py BOM OPT ROOT PACKAGES JDK FETCHED  completes BOM and prints it; FETCHED has jars in place of those of x86-64
       bom.py BOM --image NAME VERSION ARCH DIGEST    says which image it is of, and prints it
"""
import hashlib
import json
import os
import re
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    bom = json.load(file)


def print_it():
    json.dump(bom, sys.stdout, indent=1, sort_keys=True)
    sys.exit()


def sha256(path):
    with open(path, "rb") as file:
        return [{"alg": "SHA-256", "content": hashlib.sha256(file.read()).hexdigest()}]


if sys.argv[2] == "--image":
    name, version, arch, digest = sys.argv[3:]
    image = {"type": "container", "bom-ref": f"{name}@{digest}", "name": name, "version": version,
             "purl": f"pkg:oci/{name}@{digest.replace(':', '%3A')}?arch={arch}&tag={version}"}
    application = bom["metadata"]["component"]
    bom["dependencies"].append({"ref": image["bom-ref"], "dependsOn": sorted(c["bom-ref"] for c in bom["components"] + [application])})
    bom["components"].append(application)
    bom["metadata"]["component"] = image
    print_it()

opt, root, packages_file, jdk, fetched = sys.argv[2:]
shipped = set(os.listdir(os.path.join(opt, "lib")))
known = set()


def jar(component):
    classifier = re.search(r"[?&]classifier=([^&]+)", component.get("purl", ""))
    return f"{component.get('group', '')}.{component['name']}-{component['version']}{'-' + classifier[1] if classifier else ''}.jar"


def is_shipped(component):
    known.add(jar(component))
    return jar(component) in shipped


# those that are in place of others have their names, and sums of their own
replaced = set(os.listdir(fetched))
for component in list(bom.get("components", [])):
    for spelling in ("linux-aarch_64", "linux-aarch64"):
        name = jar(component).replace("linux-x86_64", spelling)
        if name != jar(component) and name in replaced:
            old, new = component["bom-ref"], component["bom-ref"].replace("linux-x86_64", spelling)
            bom = json.loads(json.dumps(bom).replace(json.dumps(old), json.dumps(new)))
            here = next(c for c in bom["components"] if c["bom-ref"] == new)
            here.update(name=here["name"].replace("linux-x86_64", spelling), purl=new, hashes=sha256(os.path.join(fetched, name)))

bom["components"] = [c for c in bom.get("components", []) if is_shipped(c)]
if shipped - known:
    sys.exit(f"image: Maven's bill of materials lacks {', '.join(sorted(shipped - known))}")
kept = {c["bom-ref"] for c in bom["components"]} | {bom["metadata"]["component"]["bom-ref"]}
bom["dependencies"] = [
    {**d, "dependsOn": [on for on in d.get("dependsOn", []) if on in kept]}
    for d in bom.get("dependencies", []) if d["ref"] in kept
]

with open(os.path.join(jdk, "release"), encoding="utf-8") as file:
    release = {key: value.strip('"') for key, value in (line.rstrip("\n").split("=", 1) for line in file if "=" in line)}
java = release["JAVA_VERSION"]
build = release.get("JAVA_RUNTIME_VERSION", java)
bom["components"].append({
    "type": "platform", "bom-ref": f"java@{build}", "name": "openjdk", "version": build, "publisher": release.get("IMPLEMENTOR", ""),
    "purl": f"pkg:generic/openjdk@{build.replace('+', '%2B')}", "cpe": f"cpe:2.3:a:oracle:openjdk:{java}:*:*:*:*:*:*:*",
    "licenses": [{"license": {"id": "GPL-2.0-with-classpath-exception"}}],
    "description": f"two runtimes made by jlink of {release.get('IMPLEMENTOR_VERSION', build)}, in /opt/mintmark/broker and sidecar; their legal folders have the notices"})

# a package each, and its libraries in it
with open(packages_file, encoding="utf-8") as file:
    packages = json.load(file)
for purl in sorted({package["purl"] for package in packages.values()}):
    files = {path: package for path, package in packages.items() if package["purl"] == purl}
    package = next(iter(files.values()))
    bom["components"].append({
        "type": "library", "bom-ref": purl, "purl": purl, "name": package["name"], "version": package["version"],
        "licenses": [{"license": {"name": f"see {package['licence']} in the image"}}],
        "components": [{"type": "file", "bom-ref": f"file:{path}", "name": path, "hashes": sha256(root + path)} for path in sorted(files)]})
# BoringSSL is in the sidecar's library, with no version of its own
for library in sorted(os.listdir(os.path.join(opt, "native"))):
    path = f"/opt/mintmark/native/{library}"
    bom["components"].append({"type": "file", "bom-ref": f"file:{path}", "name": path, "hashes": sha256(root + path)})
bom["metadata"].pop("timestamp", None)
print_it()
