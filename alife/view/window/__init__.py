"""The window: panels on a canvas, keys and mouse, captions, the last minute backwards."""
