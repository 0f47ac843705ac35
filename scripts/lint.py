"""The checks of scripts/lint that need more than a shell: lint.py python|json|dockerfile|compose FILE..."""

import ast
import json
import re
import sys
from pathlib import Path

INSTRUCTIONS = set(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split()
)


def python(file, text):
    """Parses, and names its contract: a program says in its first words what goes in and what comes out."""
    try:
        tree = ast.parse(text, file)
        compile(tree, file, "exec", dont_inherit=True)
    except SyntaxError as error:
        yield f"line {error.lineno}: {error.msg}"
        return
    if not ast.get_docstring(tree):
        yield "has no header comment"


def json_file(file, text):
    def no_twice(pairs):
        keys = [key for key, _ in pairs]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"the key {key!r} is there twice")
        return dict(pairs)

    def no_constant(name):
        raise ValueError(f"{name} is not JSON")

    try:
        json.loads(text, object_pairs_hook=no_twice, parse_constant=no_constant)
    except ValueError as error:
        yield str(error)


def dockerfile(file, text):
    """Known instructions, COPY --from an earlier stage, no root at the end, nothing secret in ENV or ARG."""
    stages, user = [], "root"
    text = re.sub(r"\\\n(\s*#.*\n)*", " ", text)
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        word, _, rest = line.strip().partition(" ")
        if word.upper() not in INSTRUCTIONS:
            yield f"unknown instruction {word}"
        elif word == "FROM":
            name = re.fullmatch(r"\S+(?: AS (\S+))?", rest.strip())
            if not name:
                yield f"FROM {rest} cannot be read"
            stages.append(name[1] if name else None)
            user = "root"
        elif not stages and word != "ARG":
            yield f"{word} stands before FROM"
        elif word == "COPY":
            source = re.search(r"--from=(\S+)", rest)
            if source and source[1] not in stages[:-1]:
                yield f"COPY --from={source[1]}: there is no such stage before it"
        elif word == "USER":
            user = rest.strip()
        elif word in ("CMD", "ENTRYPOINT"):
            try:
                json.loads(rest)
            except ValueError:
                yield f"{word} is not in the exec form, so a signal would not reach the program"
        elif word in ("ENV", "ARG") and re.search(r"(PASSWORD|SECRET|TOKEN)\w*=\S", rest):
            yield f"{word} {rest.split('=')[0]} puts a secret into the image"
    if user in ("root", "0"):
        yield "the last stage runs as root"


def compose(file, text):
    """Well-formed, known dependencies, a healthcheck for whom others wait, every secret from the environment."""
    import yaml

    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        yield str(error)
        return
    services = document["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            if other not in services:
                yield f"{name} depends on {other}, which is not there"
            elif how["condition"] == "service_healthy" and "healthcheck" not in services[other]:
                yield f"{name} waits until {other} is healthy, which has no healthcheck"
        for key, value in (service.get("environment") or {}).items():
            # Without a value it is taken from the environment, if it is there.
            if re.search("PASSWORD|SECRET|TOKEN", key) and value is not None and not re.search(r"\$\{\w+:\?", value):
                yield f"{name}: {key} has a value in the file; take it from the environment with ${{NAME:?why}}"
        command = " ".join(service.get("command") or [])
        if "0.0.0.0" in command and command.startswith("cairn-server") and "--allow-unauthenticated" not in command:
            yield f"{name} refuses to start: every address, and no --allow-unauthenticated"
        for volume in service.get("volumes", []):
            if not volume.startswith((".", "/", "$")) and volume.split(":")[0] not in (document.get("volumes") or {}):
                yield f"{name}: the volume {volume} is not declared"


def main(kind, *files):
    check = {"python": python, "json": json_file, "dockerfile": dockerfile, "compose": compose}[kind]
    faults = [f"{file}: {fault}" for file in files for fault in check(file, Path(file).read_text(encoding="utf-8"))]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
