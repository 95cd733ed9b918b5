"""The parts of the canvas: each has `draw_panel(surface, area, frame)` and keeps what it must remember."""
