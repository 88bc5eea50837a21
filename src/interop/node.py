"""One node of a cluster that has no other: takes the pods that wait for one, runs their containers as a kubelet does, and
writes what it sees into their status. Init containers run one after the other, native sidecars among them must have started
before the next; containers begin again by the pod's restart policy; sidecars end last; what a pod was given goes with its end.

usage: node.py NAME FOLDER IMAGE ROOT SHELL [POD:PORT=PORT...]

Volumes are in FOLDER/POD and claims in FOLDER/claims, output is in FOLDER.logs/POD.CONTAINER.log. A container whose image begins
with IMAGE runs in ROOT, any other in SHELL, with this machine's programs. All pods share its network: what listens on a declared
port gets a free one on loopback, or the one that is given for the pods whose name begins with POD.
"""
import datetime
import http.client
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

node, folder, image, root, shell = sys.argv[1:6]
given = [argument.partition(":")[::2] for argument in sys.argv[6:]]
here = os.path.dirname(os.path.abspath(__file__))
trust = ssl.create_default_context(cafile=os.environ["KUBE_CA"])
trust.load_cert_chain(os.environ["KUBE_DIR"] + "/operator.crt", os.environ["KUBE_DIR"] + "/operator.key")
stopping = threading.Event()


def api(method, path, body=None, kind="application/json"):
    """None where the object is another by now, or gone."""
    data = None if body is None else json.dumps(body).encode()
    while True:
        request = urllib.request.Request(os.environ["KUBE_ISSUER"] + path, data, {"content-type": kind}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30, context=trust) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            if refused.code in (404, 409):
                return None
            if refused.code < 500 and refused.code != 429:
                raise RuntimeError(f"{method} {path}: {refused.code} {refused.read().decode()}") from refused
        except (OSError, http.client.HTTPException, ValueError):
            pass  # an API server that starts
        if stopping.wait(0.5):
            return None


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def free_port():
    return int(subprocess.check_output([os.path.join(os.path.dirname(__file__), "peers", "free-port")]))


class Container:
    def __init__(self, pod, spec, init):
        self.pod, self.spec, self.name = pod, spec, spec["name"]
        self.init = init
        self.sidecar = init and spec.get("restartPolicy") == "Always"
        self.process, self.state, self.last = None, {"waiting": {"reason": "PodInitializing"}}, {}
        self.restarts, self.started, self.ready, self.again_at = 0, False, False, None
        self.looks = {}

    def start(self):
        log = open(f"{folder}.logs/{self.pod.name}.{self.name}.log", "ab")
        made = subprocess.run([sys.executable, here + "/kubelet.py", self.pod.file, self.name, self.pod.folder, *self.pod.changes], stdout=subprocess.PIPE, stderr=log, check=False)
        parts = [[]]
        for word in made.stdout.decode().split("\0")[:-1]:
            parts.append([]) if not word else parts[-1].append(word)
        variables, mounts, command = parts[:3] if made.returncode == 0 else ([], [], ["false"])
        ours = self.spec["image"].startswith(image)
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/var/lib/mintmark"} | dict(v.split("=", 1) for v in variables)
        within = [root] if ours else [shell, "/usr:/usr:ro"]
        self.process = subprocess.Popen(
            ["bash", "-c", '. "$0" && contained "$@"', here + "/image-lib.sh", *within, *mounts, "--", *command],
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        log.close()
        self.state, self.again_at, self.looks = {"running": {"startedAt": now()}}, None, {}
        self.started, self.ready = "startupProbe" not in self.spec, False

    def running(self):
        return "running" in self.state

    def code(self):
        return self.state.get("terminated", {}).get("exitCode")

    def look(self):
        """Whether it has ended, and else what its probes say."""
        if not self.running():
            return
        code = self.process.poll()
        if code is not None:
            code = code if code >= 0 else 128 - code
            self.state = {"terminated": {"exitCode": code, "reason": "Error" if code else "Completed", "startedAt": self.state["running"]["startedAt"], "finishedAt": now()}}
            self.started = self.ready = False
            return
        if not self.started:
            self.started = self.probed("startupProbe") is True
        if self.started:
            self.ready = "readinessProbe" not in self.spec or self.probed("readinessProbe") is True
            self.probed("livenessProbe")

    def probed(self, kind):
        """True or False when enough looks in a row said so, else what was so before; None before that."""
        probe = self.spec.get(kind)
        if probe is None:
            return None
        look = self.looks.setdefault(kind, {"at": 0, "said": None, "bad": 0})
        if time.monotonic() >= look["at"]:
            look["at"] = time.monotonic() + probe.get("periodSeconds", 10)
            if self.pod.answers(self.spec, probe):
                look["said"], look["bad"] = True, 0
            else:
                look["bad"] += 1
                if look["bad"] >= probe.get("failureThreshold", 3):
                    look["said"] = False
                    if kind != "readinessProbe":
                        self.send(signal.SIGKILL)
        return look["said"]

    def send(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass

    def begin_again(self):
        """To be called while it should run and does not: at once the first time, after pauses that grow from then on."""
        if self.again_at is None:
            self.again_at = time.monotonic() + (0 if self.restarts == 0 else min(300, 10 * 2 ** (self.restarts - 1)))
        if time.monotonic() >= self.again_at:
            self.restarts, self.last = self.restarts + 1, self.state
            self.start()

    def status(self):
        return {"name": self.name, "image": self.spec["image"], "imageID": self.spec["image"], "state": self.state, "lastState": self.last, "restartCount": self.restarts,
                "started": self.started, "ready": self.ready or (self.init and not self.sidecar and self.code() == 0)}


class Deleted(Exception):
    pass


class Pod(threading.Thread):
    def __init__(self, stored):
        super().__init__(daemon=True)
        meta, self.spec = stored["metadata"], stored["spec"]
        self.stored, self.name, self.uid = stored, meta["name"], meta["uid"]
        self.path = f"/api/v1/namespaces/{meta['namespace']}/pods/{self.name}"
        self.folder, self.file = f"{folder}/{self.name}", f"{folder}.logs/{self.name}.json"
        self.inits = [Container(self, c, True) for c in self.spec.get("initContainers", [])]
        self.mains = [Container(self, c, False) for c in self.spec["containers"]]
        self.ports = {p["containerPort"]: free_port() for c in self.inits + self.mains for p in c.spec.get("ports", [])}
        for prefix, change in given:
            if self.name.startswith(prefix):
                self.ports[int(change.split("=")[0])] = int(change.split("=")[1])
        self.changes = [f"0.0.0.0:{port}=127.0.0.1:{free}" for port, free in self.ports.items()]
        self.conditions, self.written, self.began = {}, None, now()
        self.deleted = False

    def answers(self, spec, probe):
        port = probe["httpGet"]["port"]
        port = next((p["containerPort"] for p in spec.get("ports", []) if p.get("name") == port), port)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[port]}{probe['httpGet'].get('path', '/')}", timeout=probe.get("timeoutSeconds", 1)):
                return True
        except (OSError, http.client.HTTPException):
            return False

    def condition(self, kind, true):
        status = "True" if true else "False"
        if self.conditions.get(kind, {}).get("status") != status:
            self.conditions[kind] = {"type": kind, "status": status, "lastTransitionTime": now()}

    def tell(self, phase):
        over = phase in ("Succeeded", "Failed")
        sidecars = [c for c in self.inits if c.sidecar]
        ready = not over and all(c.ready for c in self.mains + sidecars)
        self.condition("PodScheduled", True)
        self.condition("Initialized", all(c.started if c.sidecar and not over else c.sidecar or c.code() == 0 for c in self.inits))
        self.condition("ContainersReady", ready)
        self.condition("Ready", ready)
        status = {"phase": phase, "startTime": self.began, "hostIP": "127.0.0.1", "hostIPs": [{"ip": "127.0.0.1"}], "podIP": "127.0.0.1", "podIPs": [{"ip": "127.0.0.1"}],
                  "conditions": list(self.conditions.values()), "initContainerStatuses": [c.status() for c in self.inits], "containerStatuses": [c.status() for c in self.mains]}
        if status != self.written:
            api("PATCH", self.path + "/status", {"metadata": {"uid": self.uid}, "status": status}, "application/merge-patch+json")
            self.written = json.loads(json.dumps(status))

    def until(self, done, phase):
        while not done():
            if self.deleted or stopping.is_set():
                raise Deleted
            for container in self.inits + self.mains:
                container.look()
            for container in self.inits:
                if container.sidecar and container.code() is not None:
                    container.begin_again()
            self.tell(phase)
            time.sleep(0.1)

    def ended(self, container):
        """Whether it has ended for good; begins it again where the pod's policy is that."""
        policy = self.spec.get("restartPolicy", "Always")
        code = container.code()
        if code is None:
            return False
        if policy == "Never" or (code == 0 and (policy == "OnFailure" or container.init)):
            return True
        container.begin_again()
        return False

    def run(self):
        phase = "Failed"
        try:
            self.hold_claims()
            with open(self.file, "w", encoding="utf-8") as out:
                json.dump(self.stored, out)
            phase = self.lived()
        except Deleted:
            pass
        self.end(phase)

    def lived(self):
        for container in self.inits:
            container.start()
            self.until((lambda c=container: c.started) if container.sidecar else (lambda c=container: self.ended(c)), "Pending")
            if not container.sidecar and container.code() != 0:
                return "Failed"
        for container in self.mains:
            container.start()
        # a list, so that each of them begins again that should
        self.until(lambda: all([self.ended(c) for c in self.mains]), "Running")
        return "Failed" if any(c.code() for c in self.mains) else "Succeeded"

    def end(self, phase):
        """The containers first and then the sidecars, the last one first, all within the pod's time."""
        deadline = time.monotonic() + self.spec.get("terminationGracePeriodSeconds", 30)
        for each in [self.mains + [c for c in self.inits if not c.sidecar]] + [[c] for c in reversed(self.inits) if c.sidecar]:
            alive = [c for c in each if c.running() and c.process.poll() is None]
            pauses = [c.spec.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0) for c in alive]
            if self.deleted and alive:
                stopping.wait(max(pauses))
            for container in alive:
                os.kill(container.process.pid, signal.SIGTERM)
            while any(c.process.poll() is None for c in alive) and time.monotonic() < deadline:
                time.sleep(0.05)
            for container in each:
                if container.process:
                    container.send(signal.SIGKILL)
                    container.process.wait()
                    container.look()
        if not stopping.is_set():
            shutil.rmtree(self.folder)
        if self.deleted:
            phase = "Failed" if any(c.code() != 0 for c in self.mains) else "Succeeded"
        self.tell(phase)

    def hold_claims(self):
        """A claim is the same folder for every pod that has it."""
        os.makedirs(self.folder)
        for volume in self.spec.get("volumes", []):
            if "persistentVolumeClaim" in volume:
                claim = f"{folder}/claims/{volume['persistentVolumeClaim']['claimName']}"
                os.makedirs(claim, exist_ok=True)
                os.chown(claim, -1, self.spec.get("securityContext", {}).get("fsGroup", -1))
                os.chmod(claim, 0o2775)
                os.symlink(claim, f"{self.folder}/{volume['name']}")


def main():
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    os.makedirs(folder + ".logs", exist_ok=True)
    api("POST", "/api/v1/nodes", {"metadata": {"name": node}})
    pods = {}
    while not stopping.is_set():
        there = api("GET", "/api/v1/pods") or {"items": []}
        for stored in there["items"]:
            meta, pod = stored["metadata"], pods.get(stored["metadata"]["uid"])
            waits = "nodeName" not in stored["spec"] and stored["spec"]["schedulerName"] == "default-scheduler"
            if pod is None and waits and "deletionTimestamp" not in meta:
                target = {"target": {"kind": "Node", "name": node}, "metadata": {"name": meta["name"], "uid": meta["uid"]}}
                if api("POST", f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}/binding", target):
                    stored["spec"]["nodeName"] = node
                    pods[meta["uid"]] = pod = Pod(stored)
                    pod.start()
            elif "deletionTimestamp" in meta:
                if pod:
                    pod.deleted = True
                if not pod or not pod.is_alive():
                    api("DELETE", f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}", {"gracePeriodSeconds": 0, "preconditions": {"uid": meta["uid"]}})
        stopping.wait(0.2)
    for pod in pods.values():
        pod.join(60)


main()
