"""Checks of the contracts, for the parts of this house and for anybody's."""

from alife.testing.layer import check_layer

__all__ = ["check_layer"]
