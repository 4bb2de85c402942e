"""Our engine beside JavaRosa and ODK Web Forms' engine, on the same forms, in the same run.

    python -m tests.bench [--cases NAME,…] [--engines makazi,javarosa,webforms] [--peer FOLDER]

Prints a JSON line a case and engine, then a table and the goals. Every case of every engine is a
process of its own, so that nothing is warm and peak memory is its own. A peer that is not
installed is skipped with a message. Not a test: compare only figures of one run of one machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from tests.bench.cases import CASES
from tests.bench.goals import goals
from tests.bench.table import table
from tests.support import javarosa

HERE = Path(__file__).resolve().parent
ENGINES = ("makazi", "javarosa", "webforms")
PEER = "MAKAZI_BENCH_PEER"
"""Names the folder in which `npm install @getodk/xforms-engine jsdom` was run."""
GRACE_S = 240
"""How long opening and saving may take on top of the answers' budget."""


def absent(engine: str, peer: str) -> str:
    """Why an engine cannot be measured here; empty when it can."""
    if engine == "javarosa":
        return javarosa.available()
    if engine == "webforms":
        if shutil.which("node") is None:
            return "there is no node"
        if not (Path(peer or "-") / "node_modules/@getodk/xforms-engine").is_dir():
            return f"not installed; docs/bench.md says how (--peer or ${PEER})"
    return ""


def command(engine: str, form: Path, budget_s: float, peer: str) -> list[str]:
    """The child process of one case."""
    if engine == "webforms":
        heap = "--max-old-space-size=4096"
        return ["node", heap, str(HERE / "webforms.mjs"), peer, str(form), str(budget_s)]
    module = "ours" if engine == "makazi" else engine
    return [sys.executable, "-m", f"tests.bench.{module}", str(form), str(budget_s)]


def measured(engine: str, form: Path, budget_s: float, peer: str) -> dict[str, object]:
    """One case of one engine; what stopped it, when something did."""
    line = command(engine, form, budget_s, peer)
    limit_s = budget_s * 3 + GRACE_S
    try:
        done = subprocess.run(
            line, capture_output=True, text=True, timeout=limit_s, check=True, cwd=HERE.parents[1]
        )
        return dict(json.loads(done.stdout.splitlines()[-1]))
    except subprocess.TimeoutExpired:
        return {"engine": engine, "case": form.stem, "failed": f"not finished in {limit_s:.0f} s"}
    except (subprocess.CalledProcessError, IndexError, ValueError) as error:
        said = str(getattr(error, "stderr", "") or error).strip().splitlines()
        return {"engine": engine, "case": form.stem, "failed": said[-1][:200] if said else "died"}


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    memory = Path("/proc/meminfo").read_text(encoding="ascii").split()[1]
    found: dict[str, object] = {
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "memory_gb": round(int(memory) / 1024 / 1024),
        "load": [round(each, 1) for each in os.getloadavg()],
        "python": platform.python_version(),
        "pyxform": metadata.version("pyxform"),
    }
    for tool, flag in (("java", "-version"), ("node", "--version")):
        if shutil.which(tool) is not None:
            said = subprocess.run([tool, flag], capture_output=True, text=True, check=False)
            found[tool] = (said.stdout or said.stderr).splitlines()[0]
    return found


def main() -> int:
    """Run the cases asked for; 1 when a goal that could be judged is not met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--cases", default=",".join(CASES), help="which, by name")
    parser.add_argument("--engines", default=",".join(ENGINES), help="which, by name")
    parser.add_argument("--acts", type=int, default=500, help="answers that are timed")
    parser.add_argument("--budget", type=float, default=30, help="seconds of answers a case")
    parser.add_argument("--peer", default=os.environ.get(PEER, ""), help="folder of the npm peer")
    asked = parser.parse_args()
    print(json.dumps(machine()), flush=True)
    engines = []
    for engine in asked.engines.split(","):
        reason = absent(engine, asked.peer)
        engines += [] if reason else [engine]
        if reason:
            print(f"skipped {engine}: {reason}", flush=True)
    found = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for name in asked.cases.split(","):
            xml, case = CASES[name](asked.acts)
            form = case.write(Path(folder), xml)
            for engine in engines:
                found.append(measured(engine, form, asked.budget, asked.peer))
                print(json.dumps(found[-1]), flush=True)
    print(table(found))
    met = True
    for goal in goals(found):
        print(goal)
        met = met and goal.met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
