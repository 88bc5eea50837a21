"""For src/interop/dashboard: what makes its traffic, and what reads a dashboard as Grafana does.

usage: dashboard.py traffic WORK BROKER INJECTOR SECONDS
       dashboard.py queries BOARD PROMETHEUS OUT SINCE [UNTIL]      one line a panel, "ok …" where all is well
"""
import base64
import glob
import http.client
import json
import math
import os
import random
import ssl
import sys
import threading
import time
import urllib.parse
import urllib.request

# a panel that has no legend
ONE_NUMBER = "stat"


def traffic(work, broker, injector, seconds):
    end = time.monotonic() + float(seconds)
    read = lambda name: open(os.path.join(work, name), encoding="utf-8").read().strip()
    orders, staging = read("orders.jwt"), read("staging.jwt")
    tokens = [read(os.path.relpath(name, work)) for name in sorted(glob.glob(os.path.join(work, "tokens", "*.jwt")))]
    csr = base64.b64encode(open(os.path.join(work, "csr.der"), "rb").read()).decode()
    trust = os.path.join(work, "data", "broker-bundle.pem")

    def context(certificate=False):
        made = ssl.create_default_context(cafile=trust)
        made.check_hostname = False  # it is reached by its address
        if certificate:
            made.load_cert_chain(os.path.join(work, "svid", "svid.pem"), os.path.join(work, "svid", "key.pem"))
        return made

    def token(kind, assertion, resource="https://ledger.example.org", **more):
        form = {"grant_type": "client_credentials", "resource": resource,
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:" + kind, "client_assertion": assertion, **more}
        return "/oauth2/token", urllib.parse.urlencode(form), "application/x-www-form-urlencoded"

    def in_json(path, **body):
        return path, json.dumps(body), "application/json"

    proof = {"kind": "jwt-svid", "token": orders}
    kinds = [  # how many of a hundred
        (34, lambda: token("jwt-spiffe", orders)),
        (16, lambda: token("jwt-bearer", random.choice(tokens), "https://books.example.org")),
        (9, lambda: token("jwt-bearer", random.choice(tokens))),
        (10, lambda: in_json("/v1/exchange", evidence=proof, credential={"jwt_svid": {"audiences": ["https://ledger.example.org"]}})),
        (8, lambda: in_json("/v1/certificates", evidence=proof, csr=csr)),
        (4, lambda: token("jwt-spiffe", staging)),
        (3, lambda: token("jwt-spiffe", orders[:-8] + "AAAAAAAA")),
        (3, lambda: token("jwt-spiffe", orders, scope="ledger:write")),
        (2, lambda: token("jwt-spiffe", orders, "https://unknown.example.org")),
    ]
    form = {"grant_type": "client_credentials", "resource": "https://ledger.example.org", "client_id": "spiffe://dev.mintmark/ns/payments/sa/orders"}
    by_certificate = ("/oauth2/token", urllib.parse.urlencode(form), "application/x-www-form-urlencoded")
    broken, answers = [], []

    def until_the_end(server, tls, choose, a_second):
        """Up and down around a number of questions a second, on a connection of its own."""
        host = urllib.parse.urlsplit(server)
        connection = None
        while time.monotonic() < end:
            path, body, kind = choose()
            try:
                connection = connection or http.client.HTTPSConnection(host.hostname, host.port, timeout=10, context=tls)
                connection.request("POST", path, body, {"content-type": kind})
                answer = connection.getresponse()
                answer.read()
                answers.append(answer.status)
            except OSError as problem:
                connection = None
                broken.append(str(problem))
            wave = 1 + 0.5 * math.sin(time.monotonic() / 47) + 0.25 * math.sin(time.monotonic() / 11)
            time.sleep(random.expovariate(a_second * wave))

    numbers = iter(range(1_000_000_000))

    def pod():
        annotations = random.choice([{}, {"mintmark.io/inject": "true", "mintmark.io/resource": "https://ledger.example.org"},
                                     {"mintmark.io/inject": "true", "mintmark.io/resource": "https://ledger.example.org"},
                                     {"mintmark.io/inject": "true", "mintmark.io/profile": "root"}])
        made = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "orders", "namespace": "payments", "annotations": annotations},
                "spec": {"containers": [{"name": "main", "image": "example.org/orders"}]}}
        review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                  "request": {"uid": str(next(numbers)), "operation": "CREATE", "namespace": "payments", "object": made,
                              "kind": {"group": "", "version": "v1", "kind": "Pod"}, "resource": {"group": "", "version": "v1", "resource": "pods"}}}
        return "/inject", json.dumps(review), "application/json"

    asked = lambda: random.choices([make for _, make in kinds], [weight for weight, _ in kinds])[0]()
    runs = [(broker, context(), asked, 9)] * 4 + [(broker, context(True), lambda: by_certificate, 5)]
    runs.append((injector, ssl.create_default_context(cafile=os.path.join(work, "server", "tls.crt")), pod, 6))
    threads = [threading.Thread(target=until_the_end, args=run) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{len(answers)} answers, {sum(status == 200 for status in answers)} of them 200, {len(broken)} broken off {broken[:1]}")
    sys.exit(0 if answers and len(broken) * 10 < len(answers) else 1)


def queries(board_file, prometheus, out, since, until=None):
    with open(board_file, encoding="utf-8") as file:
        board = json.load(file)
    os.makedirs(out, exist_ok=True)
    now = float(until or time.time())
    seconds = max(12, int(now - float(since)))
    # enough that a scrape or two which came late are no gap
    interval = min(60, max(10, seconds // 5))
    shown = {}
    names = [variable["name"] for variable in board["templating"]["list"]]

    def asked(path, **parameters):
        with urllib.request.urlopen(f"{prometheus}/api/v1/{path}?{urllib.parse.urlencode(parameters)}", timeout=20) as answer:
            return json.load(answer)["data"]["result" if path.startswith("query") else slice(None)]

    def concrete(expression):
        for name in names:
            expression = expression.replace(f"${name}", ".*")
        return expression.replace("$__rate_interval", f"{interval}s").replace("$__range", f"{seconds}s")

    for panel in board["panels"]:
        if panel["type"] == "row":
            continue
        problems, found = [], []
        if not panel["fieldConfig"]["defaults"].get("unit"):
            problems.append("has no unit")
        for target in panel["targets"]:
            expression = concrete(target["expr"])
            if "$" in expression:
                problems.append(f"has a variable that nobody gives: {expression}")
                continue
            step = max(1, seconds // 240)
            result = asked("query_range", query=expression, start=now - seconds, end=now, step=step)
            numbers = [float(value) for series in result for _, value in series["values"]]
            if not any(math.isfinite(number) for number in numbers):
                problems.append(f"shows nothing for {expression}")
            legend = target.get("legendFormat", "")
            said = set()
            for series in result:
                text = legend
                for label, value in series["metric"].items():
                    text = text.replace("{{" + label + "}}", value)
                said.add(text)
                found.append({"legend": text, "values": series["values"]})
            if panel["type"] != ONE_NUMBER and (len(said) != len(result) or any(not text.strip() or "{{" in text for text in said)):
                problems.append(f"has series that its legend does not tell apart: {sorted(said)}")
        shown[panel["id"]] = found
        title = f"\"{panel['title']}\""
        print(f"{title} {'; '.join(problems)}" if problems else f"ok {title} shows {len(found)} series")
    for variable in board["templating"]["list"]:
        if variable["type"] != "query":
            continue
        query = variable["query"]["query"]
        metric, label = query.removeprefix("label_values(").removesuffix(")").split(", ")
        values = asked(f"label/{label}/values", **{"match[]": metric})
        print(f"ok variable \"{variable['name']}\" has {len(values)}" if values else f"variable \"{variable['name']}\" has no values")
    with open(os.path.join(out, os.path.basename(board_file)), "w", encoding="utf-8") as file:
        json.dump({"board": board, "shown": shown}, file)


{"traffic": traffic, "queries": queries}[sys.argv[1]](*sys.argv[2:])
