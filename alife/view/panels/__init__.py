"""The parts of the canvas: each has `draw(surface, area, frame)` and keeps what it must remember."""
