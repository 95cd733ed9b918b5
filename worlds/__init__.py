"""The places, one file each. Importing this package registers them with gymnasium and loads none of them."""

import gymnasium

_ADAPTER = "alife.adapters.single:SingleCreature"
_VECTOR_ADAPTER = "alife.adapters.vector:ManyCopies"
_WORLDS = {
    "alife/Conditioning-v0": "worlds.conditioning:Conditioning",
    "alife/ClicksMaze-v0": "worlds.clicks_maze:ClicksMaze",
    "alife/Forage-v0": "worlds.forage:Forage",
    "alife/HungryPond-v0": "worlds.hungry_pond:HungryPond",
    "alife/Island-v0": "worlds.island:Island",
    "alife/Lantern-v0": "worlds.lantern:Lantern",
    "alife/Phototaxis-v0": "worlds.phototaxis:Phototaxis",
    "alife/Reversal-v0": "worlds.reversal:Reversal",
    "alife/WaterMaze-v0": "worlds.water_maze:WaterMaze",
}

_PLACE_CELLS = {"kind": "place_cells", "extent": 12.0, "spacing": 1.0, "width": 1.0}
_BODIES = {"alife/WaterMaze-v0": {"senses": [_PLACE_CELLS], "motor": {"kind": "compass", "inertia": 0.5}}}
"""Bodies for places in which the usual one would sense nothing."""

for _name, _world in _WORLDS.items():
    if _name not in gymnasium.registry:
        _settings = {"world": _world, **({"body": _BODIES[_name]} if _name in _BODIES else {})}
        gymnasium.register(_name, entry_point=_ADAPTER, vector_entry_point=_VECTOR_ADAPTER, kwargs=_settings)
