"""What the program was built from, as CycloneDX 1.5, and whether docs/dependencies.md says the same.

sbom.py --compare                      ends with 1 and names each difference
sbom.py VERSION ARCH DEPENDS > FILE    DEPENDS as in a Debian control file
"""

import json
import os
import re
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "dependencies.md"
CHECKOUTS = ROOT / ".build" / "checkouts"
# Foreign C code inside a Swift package: where it says which version it is.
INSIDE = [
    ("boringssl", "swift-crypto", "Sources/CCryptoBoringSSL/hash.txt", r"revision ([0-9a-f]{40})"),
    ("boringssl", "swift-nio-ssl", "Sources/CNIOBoringSSL/hash.txt", r"revision ([0-9a-f]{40})"),
    ("llhttp", "swift-nio", "Sources/CNIOLLHTTP/include/c_nio_llhttp.h",
     r"VERSION_MAJOR (\d+)\s.*?VERSION_MINOR (\d+)\s.*?VERSION_PATCH (\d+)"),
    ("tomlplusplus", "TOMLKit", "Sources/CTOML/Sources/toml.hpp", r"toml\+\+ v(\d+\.\d+\.\d+)"),
]  # fmt: skip


def pins():
    """Packages as resolved, by name: (version, address, revision)."""
    document = json.loads((ROOT / "Package.resolved").read_text())
    found = {}
    for pin in document["pins"]:
        state, address = pin["state"], pin["location"].removesuffix(".git")
        version = state.get("version") or state["revision"]
        found[address.rsplit("/", 1)[1]] = (version, address, state["revision"])
    return found


def table(heading):
    """Rows of the table under a heading of the page."""
    text = PAGE.read_text().split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.strip("| \n").split("|")]
            for line in text.splitlines() if line.startswith("|")]  # fmt: skip
    return rows[2:]


def installed(package):
    """Version and source of an installed Debian package; empty where it is not installed."""
    words = ["dpkg-query", "-W", "-f=${Version}\t${source:Package}\n", package]
    answer = subprocess.run(words, capture_output=True, text=True)
    return answer.stdout.splitlines()[0].split("\t") if answer.returncode == 0 else ("", "")


def differences():
    resolved = {name.lower(): version for name, (version, _, _) in pins().items()}
    says = []
    for name, version, licence, *_ in table("Swift packages"):
        built = resolved.get(name.lower())
        if built != version:
            says.append(f"{name}: docs/dependencies.md says {version}, built from {built or 'nothing'}")
    for library, package, *_ in table("System libraries"):
        version = library.rsplit(" ", 1)[1]
        built = re.sub(r"^\d+:|[-+].*$", "", installed(package)[0])
        if built != version:
            says.append(f"{package}: docs/dependencies.md says {version}, installed is {built or 'nothing'}")
    return says


def licence_of(text):
    if "exception" in text:
        return [{"expression": "Apache-2.0 WITH Swift-exception"}]
    return [{"license": {"id": text}}]


def swift_packages():
    licences = {row[0].lower(): licence_of(row[2]) for row in table("Swift packages")}
    for name, (version, address, revision) in sorted(pins().items(), key=lambda p: p[0].lower()):
        purl = f"pkg:swift/{address.split('://', 1)[1]}@{version}"
        component = {
            "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "externalReferences": [{"type": "vcs", "url": f"{address}#{revision}"}],
        }  # fmt: skip
        if name.lower() in licences:
            component["licenses"] = licences[name.lower()]
        inner = list(inside(name))
        if inner:
            component["components"] = inner
        yield component


def inside(package):
    """Foreign C code that a package carries, with the version that it states."""
    for name, holder, place, pattern in INSIDE:
        if holder != package:
            continue
        text = (CHECKOUTS / package / place).read_text(errors="replace")
        version = ".".join(re.search(pattern, text, re.DOTALL).groups())
        yield {"type": "library", "bom-ref": f"{package}/{name}", "name": name, "version": version}


def debian_packages(arch, depends):
    for entry in sorted(depends.split(",")):
        name = entry.split()[0]
        version, source = installed(name)
        purl = f"pkg:deb/debian/{name}@{version.replace('+', '%2B')}?arch={arch}"
        yield {
            "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "properties": [
                {"name": "debian:source", "value": source},
                {"name": "debian:depends", "value": entry.strip()},
            ],
        }  # fmt: skip


def toolchain():
    answer = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=True)
    version = re.search(r"Swift version (\S+)", answer.stdout)[1]
    return {
        "type": "library", "bom-ref": f"swift-standard-library@{version}",
        "name": "swift-standard-library", "version": version,
        "description": "Swift standard library, Foundation, Dispatch and ICU, linked statically",
        "licenses": licence_of("exception"),
    }  # fmt: skip


def document(version, arch, depends):
    parts = [toolchain(), *swift_packages(), *debian_packages(arch, depends)]
    program = f"millwright@{version}"
    made = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    bom = {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {
            "timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application", "bom-ref": program, "name": "millwright", "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": parts,
        "dependencies": [{"ref": program, "dependsOn": sorted(part["bom-ref"] for part in parts)}],
    }  # fmt: skip
    content = json.dumps(bom, sort_keys=True)
    bom["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}"
    return bom


if __name__ == "__main__":
    if sys.argv[1:] == ["--compare"]:
        found = differences()
        for line in found:
            print(line, file=sys.stderr)
        sys.exit("Correct docs/dependencies.md, or resolve the versions it states." if found else 0)
    print(json.dumps(document(*sys.argv[1:]), indent=2, sort_keys=True))
