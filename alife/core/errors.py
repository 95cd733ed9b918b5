"""What can go wrong, and the exit code each leaves with.

AlifeError                 1   never raised itself
├── ConfigError            2   the configuration or the command line names what does not exist
├── WorldError             3   a world or another plug-in broke its contract
├── NumericError           4   a number inside a brain stopped being one, more often than a run bears it
├── CheckpointError        5   what a run has left cannot be read, is damaged or does not fit
├── DiskError              6   the run directory cannot be made or written
└── InterventionError      1   an intervention cannot be applied; never ends a run

Every message is one sentence that says what is wrong, where, and what would be right.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alife.core.fault import Fault


class AlifeError(Exception):
    """The root of every error a user can cause."""

    exit_code = 1
    fault: "Fault | None" = None
    """What ended a run, where one did."""


class ConfigError(AlifeError):
    """One or more faults in a configuration, all of them at once."""

    exit_code = 2

    def __init__(self, faults: Sequence[str] | str) -> None:
        self.faults = (faults,) if isinstance(faults, str) else tuple(faults)
        super().__init__("\n".join(self.faults))


class WorldError(AlifeError):
    """A world or another plug-in returned what its contract forbids, or could not be loaded."""

    exit_code = 3


class NumericError(AlifeError):
    """A brain computed something that is not a finite number; no weight has taken it in."""

    exit_code = 4


class CheckpointError(AlifeError):
    """What a run has left is missing, damaged or belongs to something else."""

    exit_code = 5


class DiskError(AlifeError):
    """Files of a run cannot be made or written."""

    exit_code = 6


class InterventionError(AlifeError):
    """An intervention cannot be applied; the run goes on unchanged."""


class WorldWarning(UserWarning):
    """What a world or another plug-in does that a run bears; said in one line, once."""
