"""What the kubelet would make of one container of a stored pod: its volumes below FOLDER, which containers of the pod share,
and on standard output, each ended by NUL, its environment, an empty word, its mounts for `contained`, an empty word, its command.

usage: kubelet.py POD.json CONTAINER FOLDER [OLD=NEW...]     OLD becomes NEW in what ConfigMaps and annotations hold: ports that are free here
"""
import base64
import hashlib
import json
import os
import re
import subprocess
import sys

pod = json.load(open(sys.argv[1], encoding="utf-8"))
name, folder = sys.argv[2:4]
changes = [change.split("=", 1) for change in sys.argv[4:]]
spec, meta = pod["spec"], pod["metadata"]
security = spec.get("securityContext", {})
container = next(c for c in spec.get("initContainers", []) + spec["containers"] if c["name"] == name)
user = container.get("securityContext", {}).get("runAsUser", security.get("runAsUser", 65532))


def kubectl(*words):
    return subprocess.run(["kubectl", "--namespace", meta["namespace"], *words], check=True, capture_output=True, text=True).stdout


def changed(text):
    for old, new in changes:
        text = text.replace(old, new)
    return text


def field(path):
    if found := re.fullmatch(r"metadata\.annotations\['(.*)'\]", path):
        return changed(meta["annotations"][found[1]])
    return meta[path.removeprefix("metadata.")]


def put(volume, path, content, mode, token=False):
    file = os.path.join(volume, path)
    with open(file, "wb") as out:
        out.write(content if isinstance(content, bytes) else content.encode())
    if "fsGroup" in security:
        mode |= 0o440
    elif token:
        os.chown(file, user, -1)
        mode = 0o600
    os.chown(file, -1, security.get("fsGroup", -1))
    os.chmod(file, mode)


def picked(source, content):
    wanted = source.get("items") or [{"key": key, "path": key} for key in content]
    return [(item["path"], content[item["key"]]) for item in wanted]


def fill(volume, source, mode):
    (kind, what), = source.items()
    if kind == "configMap":
        content = json.loads(kubectl("get", "configmap", what["name"], "-o", "json")).get("data", {})
        for path, text in picked(what, content):
            put(volume, path, changed(text), mode)
    elif kind == "secret":
        content = json.loads(kubectl("get", "secret", what.get("secretName") or what["name"], "-o", "json"))["data"]
        for path, text in picked(what, content):
            put(volume, path, base64.b64decode(text), mode)
    elif kind == "serviceAccountToken":
        audience = ["--audience", what["audience"]] if "audience" in what else []
        bound = ["--bound-object-kind", "Pod", "--bound-object-name", meta["name"]]
        token = kubectl("create", "token", spec["serviceAccountName"], "--duration", f"{what['expirationSeconds']}s", *audience, *bound)
        put(volume, what["path"], token.strip(), mode, token=True)
    elif kind == "downwardAPI":
        for item in what["items"]:
            put(volume, item["path"], field(item["fieldRef"]["fieldPath"]), mode)
    else:
        sys.exit(f"kubelet.py: volumes of kind \"{kind}\" are not known here")


mounts = []
for mount in container.get("volumeMounts", []):
    volume = next(v for v in spec["volumes"] if v["name"] == mount["name"])
    at = os.path.join(folder, volume["name"])
    (kind, what), = ((k, v) for k, v in volume.items() if k != "name")
    if not os.path.exists(at):
        os.makedirs(at)
        os.chown(at, -1, security.get("fsGroup", -1))
        os.chmod(at, 0o2775 if kind == "persistentVolumeClaim" else 0o777)
        mode = what.get("defaultMode", 0o644)
        for source in what["sources"] if kind == "projected" else [{kind: what}]:
            if kind not in ("emptyDir", "persistentVolumeClaim"):
                fill(at, source, mode)
    mounts.append(f"{at}:{mount['mountPath']}" + (":ro" if mount.get("readOnly") else ""))

host, port = os.environ["KUBE_ISSUER"].removeprefix("https://").split(":")
environment = [f"{e['name']}={changed(e['value']) if 'value' in e else field(e['valueFrom']['fieldRef']['fieldPath'])}" for e in container.get("env", [])]
environment += [f"KUBERNETES_SERVICE_HOST={host}", f"KUBERNETES_SERVICE_PORT={port}", f"KUBERNETES_SERVICE_PORT_HTTPS={port}"]
command = container["command"] + container.get("args", [])
if "--document-sha256" in command:
    at, document = command.index("--document-sha256") + 1, meta["annotations"]["mintmark.io/document"]
    if command[at] != hashlib.sha256(document.encode()).hexdigest():
        sys.exit("kubelet.py: the sidecar is bound to another document than its pod has")
    command[at] = hashlib.sha256(changed(document).encode()).hexdigest()
for part in environment, mounts, command:
    for word in part + [""]:
        print(word, end="\0")
