# For checks that run what the API server has stored, after image-lib.sh: what controllers and the kubelet would do.

# volumes_elsewhere: what pods are given lies in $work/pods, another file system than the image's, as it is on a node.
volumes_elsewhere() {
  mkdir "$work/pods" && mount -t tmpfs -o size=512m,mode=0755 tmpfs "$work/pods" || die "no volumes can be made"
  at_exit "umount -l $work/pods"
}

# pod_of KIND NAME POD: the pod that a controller would make of a workload's template.
pod_of() {
  kubectl -n mintmark get "$1" "$2" -o json | python3 -c '
import json, sys
template = json.load(sys.stdin)["spec"]["template"]
print(json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {**template["metadata"], "name": sys.argv[1]}, "spec": template["spec"]}))' "$3"
}

# stored POD [NAMESPACE]: the pod as it is stored, in $work/POD.json.
stored() { kubectl -n "${2:-mintmark}" get pod "$1" -o json > "$work/$1.json"; }

# as_stored POD CONTAINER [OLD=NEW...]: becomes the container, in the image at $root; for the background. Its volumes are in $work/pods/POD.
as_stored() {
  local pod=$1 container=$2 word part=0 variables=() mounts=() command=()
  shift 2
  python3 "$interop/kubelet.py" "$work/$pod.json" "$container" "$work/pods/$pod" "$@" > "$work/$pod.$container.run" || return 1
  while IFS= read -r -d '' word; do
    if [ -z "$word" ]; then part=$((part + 1)); continue; fi
    case $part in
      0) variables+=("$word") ;;
      1) mounts+=("$word") ;;
      2) command+=("$word") ;;
    esac
  done < "$work/$pod.$container.run"
  for word in ${variables[@]+"${variables[@]}"}; do export "${word?}"; done
  export LANG=C.UTF-8 HOME=/var/lib/mintmark
  contained "$root" ${mounts[@]+"${mounts[@]}"} -- "${command[@]}"
}

# leads_here SERVICE PORT: the Service leads to that port of this machine; not where that has no address, since no slice may name
# loopback. The API server follows slices with --enable-aggregator-routing=true.
leads_here() {
  local address
  address=$(python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(("192.0.2.1", 9)); print(s.getsockname()[0])' 2> /dev/null)
  case $address in '' | 127.*) return 1 ;; esac
  kubectl -n mintmark create -f - > /dev/null <<YAML
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: $1-here, labels: {kubernetes.io/service-name: $1}}
addressType: IPv4
endpoints: [{addresses: ["$address"], conditions: {ready: true}}]
ports: [{name: https, port: $2, protocol: TCP}]
YAML
}

# shell_root FOLDER: a root with this machine's programs, for containers that stand for any other image.
shell_root() {
  local folder
  mkdir -p "$1"/{usr,tmp,etc}
  for folder in bin lib lib64; do ! [ -e /$folder ] || ln -s "usr/$folder" "$1/$folder"; done
}

# node ROOT SHELL IMAGE [POD:PORT=PORT...]: runs whatever pods are bound to no node, by node.py; its volumes are in $work/pods.
node() {
  local root=$1 shell=$2 image=$3
  shift 3
  python3 "$interop/node.py" node-1 "$work/pods" "$image" "$root" "$shell" "$@" > "$work/node.log" 2>&1 < /dev/null &
  node_pid=$!
  at_exit stop_node
}

stop_node() {
  kill "$node_pid" 2> /dev/null
  wait "$node_pid" 2> /dev/null
}

# company_root: an intermediate of the company's root, as cert-manager keeps one, for the chart's authority, and the root where pods find it.
company_root() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/root.key" -out "$work/bundle.pem" -days 30 \
    -subj /CN=corp -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2> /dev/null
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/tls.key"
  openssl req -new -key "$work/tls.key" -subj /CN=mintmark -out "$work/ca.csr"
  printf 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectAltName=URI:spiffe://mintmark.corp.net\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' > "$work/ca.ext"
  openssl x509 -req -in "$work/ca.csr" -CA "$work/bundle.pem" -CAkey "$work/root.key" -CAcreateserial -days 20 -extfile "$work/ca.ext" -out "$work/tls.crt" 2> /dev/null
  kubectl -n mintmark create secret generic mintmark-intermediate --from-file="$work/tls.crt" --from-file="$work/tls.key" --from-file=ca.crt="$work/bundle.pem" > /dev/null
  kubectl -n mintmark create configmap mintmark-bundle --from-file="$work/bundle.pem" > /dev/null
}
