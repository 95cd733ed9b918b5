"""The places, one file each. Importing this package registers them with gymnasium and loads none of them."""

import gymnasium

_FACE = "alife.faces.single:SingleCreature"
_VECTOR_FACE = "alife.faces.vector:ManyCopies"
_WORLDS = {
    "alife/Conditioning-v0": "worlds.conditioning:Conditioning",
    "alife/Forage-v0": "worlds.forage:Forage",
    "alife/HungryPond-v0": "worlds.hungry_pond:HungryPond",
    "alife/Lantern-v0": "worlds.lantern:Lantern",
    "alife/Phototaxis-v0": "worlds.phototaxis:Phototaxis",
    "alife/Reversal-v0": "worlds.reversal:Reversal",
}

for _name, _world in _WORLDS.items():
    if _name not in gymnasium.registry:
        gymnasium.register(_name, entry_point=_FACE, vector_entry_point=_VECTOR_FACE, kwargs={"world": _world})
