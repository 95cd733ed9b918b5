"""Shipped configurations: found by their names."""

from pathlib import Path

from alife.core.errors import ConfigError

_INSTALLED = Path(__file__).resolve().parents[1] / "configs"
CONFIGS = _INSTALLED if _INSTALLED.is_dir() else _INSTALLED.parent.parent / "configs"  # a clone has them beside alife
"""The folder they lie in."""


def find_config(path: Path) -> Path:
    """Return the path of a configuration that is named by its file, or by its name if it is a shipped one."""
    if path.is_file() or path.suffix or path.name != str(path):
        return path
    if (shipped := CONFIGS / f"{path}.yaml").is_file():
        return shipped
    from alife.core.sentences import nearest

    like = nearest(str(path), [each.stem for each in CONFIGS.glob("*.yaml")])
    neither = "there is no such file, and no shipped configuration of that name"
    raise ConfigError(f"{path}: {neither}{like or '; alife run --list names them'}")
