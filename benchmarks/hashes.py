"""Compare the event-log hashes of two checkouts: python -m benchmarks.hashes OLD NEW [--ticks 500].

Every configuration under `configs/` and `examples/` that both checkouts have lives for the same ticks in each of them.
A change of words or of structure leaves every hash as it is; the exit code is 1 if one differs.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from alife.config.yaml_file import load_yaml


def event_log_hash(checkout: Path, config: str, ticks: int) -> str:
    """Run a configuration headless in a checkout and return the SHA-256 of its event log."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        command = [sys.executable, "run.py", config, "--headless", "--ticks", str(ticks), "--out", str(out)]
        subprocess.run(command, cwd=checkout, check=True, capture_output=True)
        return str(json.loads((out / "summary.json").read_text())["event_log_sha256"])


def configurations(checkout: Path) -> list[str]:
    """Return the paths of all configurations of a checkout, relative to it, whose packages are installed."""
    found = [*checkout.glob("configs/*.yaml"), *checkout.glob("examples/*.yaml")]
    return sorted(str(path.relative_to(checkout)) for path in found if _has_package(path))


def _has_package(config: Path) -> bool:
    """Return whether the package is here that the id of a gymnasium environment names before its colon."""
    package, colon, _ = str(dict(load_yaml(config))["world"].get("id", "")).partition(":")
    return not colon or find_spec(package) is not None


def main() -> int:
    """Print one line per configuration and return 1 if any hash differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path, help="a checkout")
    parser.add_argument("new", type=Path, help="the checkout to compare with it")
    parser.add_argument("--ticks", type=int, default=500)
    options = parser.parse_args()
    shared = [name for name in configurations(options.old) if (options.new / name).is_file()]
    different = 0
    for name in shared:
        old, new = (event_log_hash(path, name, options.ticks) for path in (options.old, options.new))
        different += old != new
        print(f"{'equal' if old == new else 'DIFFERENT':<10} {name:<32} {old[:16]} {new[:16]}", flush=True)
    print(f"{len(shared) - different} of {len(shared)} hashes over {options.ticks} ticks are equal")
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
