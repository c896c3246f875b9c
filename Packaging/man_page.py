"""The manual page, from what the program itself says about its commands.

man_page.py HELP.json VERSION SECONDS-SINCE-1970 > millwright.1
"""

import json
import sys
import time
from pathlib import Path

EXIT_CODES = [
    ("0", "done"), ("1", "failed"), ("2", "wrong use"), ("3", "the configuration is wrong"),
    ("4", "not found"), ("5", "cannot reach a box or a machine"),
    ("6", "not allowed, or not safe"), ("7", "input refused"), ("8", "partly done"),
    ("9", "busy, or locked by another program"),
    ("78", "the data was made by a newer version; nothing was touched"),
    ("124", "timed out"), ("130", "interrupted"),
]  # fmt: skip

FILES = [
    ("/etc/millwright/millwright.toml", "Settings. Every line is optional."),
    ("/var/lib/millwright", "Everything that the box stores."),
    ("/usr/share/doc/millwright", "How to install, update, move to a spare box and recover."),
    ("/usr/share/millwright/sbom.cdx.json", "What the program was built from."),
]


def plain(text):
    """Text that roff takes as it is: no escapes, no requests."""
    lines = []
    for line in (text or "").splitlines():
        safe = line.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
        lines.append("\\&" + safe if safe.startswith((".", "\\(aq")) else safe)
    return "\n".join(lines)


def discussion(text):
    """Paragraphs; what is indented keeps its lines."""
    out, is_set = [], False
    for line in (text or "").strip("\n").splitlines():
        is_indented = line.startswith("  ")
        if is_indented != is_set:
            out.append(".RS 4\n.nf" if is_indented else ".fi\n.RE")
            is_set = is_indented
        if line.strip():
            out.append(plain(line.strip() if is_indented else line))
        elif not is_set:
            out.append(".PP")
    if is_set:
        out.append(".fi\n.RE")
    return out


def spelt(argument):
    """An option as it is written: `-v, --verbose`, `--data DIR`, `FILE`."""
    value = (argument.get("valueName") or "value").upper().replace("-", "_")
    if argument["kind"] == "positional":
        return f"\\fI{plain(value)}\\fR"
    names = sorted(argument.get("names", []), key=lambda name: name["kind"] == "long")
    words = ", ".join(
        "\\fB" + plain(("--" if name["kind"] == "long" else "-") + name["name"]) + "\\fR"
        for name in names)  # fmt: skip
    return words if argument["kind"] == "flag" else f"{words} \\fI{plain(value)}\\fR"


def shown(command):
    return [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]


def key(argument):
    return json.dumps([argument["kind"], argument.get("names"), argument.get("abstract")])


def options(arguments):
    out = []
    for argument in arguments:
        says = argument.get("abstract") or ""
        default = argument.get("defaultValue")
        if default and default != "false":
            says += f" Without it: {default}."
        out += [".TP", spelt(argument), plain(says.strip()) or "\\&"]
    return out


def synopsis(names, arguments):
    words = ["\\fB" + plain(" ".join(names)) + "\\fR"]
    if any(a["kind"] != "positional" for a in arguments):
        words.append("[\\fIoptions\\fR]")
    for argument in arguments:
        if argument["kind"] == "positional":
            word = spelt(argument) + (" ..." if argument.get("isRepeating") else "")
            words.append(f"[{word}]" if argument.get("isOptional") else word)
    return " ".join(words)


def commands(command, names, common):
    """The command and those below it, each with what is its own."""
    inner = [c for c in command.get("subcommands") or [] if c["commandName"] != "help"]
    out = []
    if len(names) > 1:
        own = [a for a in shown(command) if key(a) not in common]
        out += [".SS " + plain(" ".join(names[1:])), plain(command.get("abstract") or "\\&")]
        if not inner:
            out += [".PP", synopsis(names, shown(command))]
        text = discussion(command.get("discussion"))
        out += ([".PP"] + text if text else []) + options(own)
    for child in inner:
        out += commands(child, [*names, child["commandName"]], common)
    return out


def page(document, version, seconds):
    top = document["command"]
    date = time.strftime("%Y-%m-%d", time.gmtime(seconds))
    common = {key(a) for a in shown(top)}
    first = (top.get("abstract") or "").rstrip(".")
    out = [
        f'.TH MILLWRIGHT 1 "{date}" "Millwright {plain(version)}" "Millwright"',
        ".SH NAME", "millwright \\- " + plain(first[:1].lower() + first[1:]),
        ".SH SYNOPSIS",
        "\\fBmillwright\\fR \\fIcommand\\fR [\\fIoptions\\fR]",
        ".SH DESCRIPTION",
        *discussion(top.get("discussion")),
        ".PP",
        "Data goes to standard output, commentary to standard error.",
        "Commands find a box that runs on the same data folder by themselves.",
        "On a box installed from the Debian package, run them as its own account:",
        ".PP", ".RS 4", ".nf", "sudo \\-u millwright millwright status", ".fi", ".RE",
        ".SH OPTIONS", "Every command takes these.", *options(shown(top)),
        ".SH COMMANDS", *commands(top, ["millwright"], common),
        ".SH EXIT STATUS",
    ]  # fmt: skip
    for code, says in EXIT_CODES:
        out += [".TP", f"\\fB{code}\\fR", says]
    out.append(".SH FILES")
    for path, says in FILES:
        out += [".TP", f"\\fI{plain(path)}\\fR", says]
    out += [
        ".SH ENVIRONMENT",
        "Every setting of the settings file has a variable such as",
        "\\fBMILLWRIGHT_LISTEN\\fR, with two underscores between a section and its key.",
        "\\fBMILLWRIGHT_CONFIG\\fR names the file.",
        "\\fBNO_COLOR\\fR takes the colour away.",
        ".SH SEE ALSO", "\\fBsystemctl\\fR(1), \\fBjournalctl\\fR(1)",
    ]  # fmt: skip
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    help_file, program_version, epoch = sys.argv[1:]
    sys.stdout.write(page(json.loads(Path(help_file).read_text()), program_version, int(epoch)))
