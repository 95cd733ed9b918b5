"""The places, one file each. Importing this package registers them with gymnasium and loads none of them."""

import gymnasium

_FACE = "alife.faces.single:SingleCreature"

for _name, _world in {"alife/Forage-v0": "worlds.forage:Forage"}.items():
    if _name not in gymnasium.registry:
        gymnasium.register(_name, entry_point=_FACE, kwargs={"world": _world})
