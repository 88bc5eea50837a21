"""Prints, as JSON by their paths, which packages the system's libraries in an image are of: usage: packages.py SYSROOT PATH...

Debian's packages are known, by dpkg's records below SYSROOT or, where only packages were unpacked there, by their
changelogs. A library that is of none is an error: nobody could say what is to be mended when its maker finds a flaw.
"""
import glob
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse

sysroot, paths = sys.argv[1], sys.argv[2:]
# resolves files and DNS by itself from then on, without libraries that it loads by name
LIBC_AT_LEAST = (2, 34)
PACKAGES = {"libgcc_s.so.1": "libgcc-s1", "libstdc++.so.6": "libstdc++6", "libz.so.1": "zlib1g"}
C_LIBRARY = re.compile(r"ld-linux.*\.so\.\d+|lib(c|m|mvec|dl|rt|pthread|resolv|util|anl)\.so\.\d+")


def inside(path):
    return os.path.join(sysroot, path.lstrip("/"))


def names(path):
    """The same file where /lib is a link to /usr/lib, or where a name is a link."""
    real = "/" + os.path.relpath(os.path.realpath(inside(path)), os.path.realpath(sysroot))
    for name in dict.fromkeys((path, real)):
        yield name
        yield name[4:] if name.startswith("/usr/") else "/usr" + name


def dpkg(path):
    records = inside("/var/lib/dpkg")
    if not os.path.isdir(os.path.join(records, "info")) or not shutil.which("dpkg-query"):
        return None
    for name in names(path):
        found = subprocess.run(["dpkg-query", "--admindir", records, "-S", name], capture_output=True, text=True)
        if found.returncode == 0:
            package = found.stdout.split(": ")[0].split(",")[0]
            form = "${Package} ${Version} ${Architecture} ${source:Package}"
            return subprocess.run(["dpkg-query", "--admindir", records, "-W", "-f", form, package],
                                  capture_output=True, text=True, check=True).stdout.split()
    return None


def unpacked(path):
    """By the library's name, where it is one of these: a name that is not would be given another's version and licence."""
    base = os.path.basename(path)
    wanted = PACKAGES.get(base) or ("libc6" if C_LIBRARY.fullmatch(base) else None)
    if wanted is None:
        sys.exit(f"image: \"{path}\" below \"{sysroot}\" is of none of the packages that are known without dpkg's records, which are libc6, "
                 + ", ".join(sorted(PACKAGES.values())))
    # rebuilt for one machine, a package has a second changelog, whose version is the package's own
    for log in sorted(glob.glob(inside(f"/usr/share/doc/{wanted}/changelog.Debian*.gz")), key=len, reverse=True):
        with gzip.open(log, "rt", encoding="utf-8", errors="replace") as file:
            head = re.match(r"(\S+) \(([^)]+)\)", file.readline())
        if head:
            return [wanted, head[2], "", head[1]]
    return None


def distribution():
    try:
        with open(inside("/etc/os-release"), encoding="utf-8") as file:
            values = dict(line.strip().split("=", 1) for line in file if "=" in line)
    except OSError:
        return "debian", ""
    return values.get("ID", "debian").strip('"'), values.get("VERSION_ID", "").strip('"')


found = {}
family, release = distribution()
for path in paths:
    package = dpkg(path) or unpacked(path)
    if package is None:
        sys.exit(f"image: no package is known that \"{path}\" below \"{sysroot}\" is of")
    name, version, arch, source = package
    licence = f"/usr/share/doc/{name}/copyright"
    if not os.path.isfile(inside(licence)):
        sys.exit(f"image: \"{inside(licence)}\", the licence of \"{path}\", is not there")
    more = {"arch": arch, "distro": f"{family}-{release}" if release else "", "upstream": source if source != name else ""}
    query = "&".join(f"{key}={urllib.parse.quote(value)}" for key, value in sorted(more.items()) if value)
    found[path] = {"name": name, "version": version, "licence": licence,
                   "purl": f"pkg:deb/{family}/{urllib.parse.quote(name)}@{urllib.parse.quote(version)}" + (f"?{query}" if query else "")}
    if os.path.basename(path) == "libc.so.6":
        with open(inside(path), "rb") as file:
            said = re.search(rb"release version (\d+)\.(\d+)", file.read())
        if not said or (int(said[1]), int(said[2])) < LIBC_AT_LEAST:
            sys.exit(f"image: \"{inside(path)}\" is not glibc {'.'.join(map(str, LIBC_AT_LEAST))} or later: names would not resolve")
json.dump(found, sys.stdout, indent=1, sort_keys=True)
