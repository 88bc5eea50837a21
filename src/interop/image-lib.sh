# For checks that run the image, after lib.sh: no container engine, but what one does. Needs root for a mount namespace.

# an_image: sets $image to one that is built of the sources as they are, or to $IMAGE.
an_image() {
  image=${IMAGE-}
  [ -z "$image" ] || return 0
  mkdir -p "$top/target"
  { flock 8 && newest_image 8>&-; } 8> "$top/target/.image-lock" || die "no image was made"
}

# newest_image: sets $image, and builds it where sources are newer; one check at a time.
newest_image() {
  image=$(ls -t "$top"/target/image/mintmark-*-amd64.tar "$top"/target/image/mintmark-*-arm64.tar 2> /dev/null | head -n 1)
  mintmark version > /dev/null || die "the build failed"
  if [ -z "$image" ] || [ -n "$(find "$top/src/build" "$top/target/quarkus-app/quarkus-run.jar" -newer "$image" -print -quit)" ]; then
    "$top/src/build/image" > "$work/image.log" 2>&1 || { tail -n 20 "$work/image.log" >&2; die "no image was made"; }
    image=$(ls -t "$top"/target/image/mintmark-*.tar | head -n 1)
  fi
}

# unpack IMAGE FOLDER: the root file system, layer by layer, as an engine lays them over each other.
unpack() {
  mkdir -p "$2/.oci" && tar -xf "$1" -C "$2/.oci" &&
    python3 - "$2/.oci" > "$2/.layers" <<'PYTHON' || die "the image cannot be read"
import hashlib, json, os, sys
top = sys.argv[1]
def blob(descriptor):
    path = os.path.join(top, "blobs", *descriptor["digest"].split(":"))
    data = open(path, "rb").read()
    assert "sha256:" + hashlib.sha256(data).hexdigest() == descriptor["digest"] and len(data) == descriptor["size"]
    return path, data
manifest = json.loads(blob(json.load(open(top + "/index.json"))["manifests"][0])[1])
config = json.loads(blob(manifest["config"])[1])
json.dump(config, open(top + "/config.json", "w"))
for layer in manifest["layers"]:
    print(blob(layer)[0], layer["mediaType"].rsplit("+", 1)[1])
PYTHON
  local layer compression
  while read -r layer compression; do
    case $compression in
      gzip) gzip -dc "$layer" ;;
      zstd) unzstd "$layer" ;;
    esac | tar -x -p --same-owner -C "$2" || die "a layer cannot be unpacked"
  done < "$2/.layers"
  rm -rf "$2/.layers"
  mv "$2/.oci/config.json" "$2.config.json"
  rm -rf "$2/.oci"
}

unzstd() {
  if command -v zstd > /dev/null; then zstd -dcq --long=27 "$1"; else
    "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -cp "$(cat "$top/target/image/packing.classpath")" "$top/src/build/oci/Unzstd.java" "$1"
  fi
}

# contained ROOT BIND... -- COMMAND...: runs it as the image's user with ROOT read-only, without rights and without
# another program than those of the image; BIND is FOLDER:PATH, or FOLDER:PATH:ro.
contained() {
  local root=$1 binds=()
  shift
  while [ "$1" != -- ]; do
    binds+=("$1")
    mkdir -p "$root$(cut -d: -f2 <<< "$1")"
    shift
  done
  shift
  mkdir -p "$root"/{proc,dev}
  # shellcheck disable=SC2016  # the inner shell's
  exec unshare --mount --propagation private -- bash -c '
    set -e
    root=$1 count=$2
    shift 2
    mount --bind "$root" "$root"
    mount -o remount,bind,ro,nosuid,nodev "$root"
    mount --rbind /dev "$root/dev"
    mount -t proc -o ro proc "$root/proc" 2> /dev/null || mount --rbind /proc "$root/proc"
    mount -t tmpfs -o size=64m,mode=1777,nosuid,nodev tmpfs "$root/tmp"
    while [ "$count" -gt 0 ]; do
      IFS=: read -r from to how <<< "$1"
      mount --bind "$from" "$root$to"
      [ -z "$how" ] || mount -o remount,bind,ro "$root$to"
      shift
      count=$((count - 1))
    done
    # the way from the root in, and nothing of it left on the other side
    exec setpriv --no-new-privs --bounding-set=-all,+sys_chroot,+setuid,+setgid --inh-caps=-all chroot --userspec=65532:65532 --groups= "$root" "$@"
  ' contained "$root" "${#binds[@]}" ${binds[@]+"${binds[@]}"} "$@"
}
