"""Faces: a world as other libraries expect to see one."""
