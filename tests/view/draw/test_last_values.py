import numpy as np

from alife.view.draw.last_values import LastValues


def test_a_ring_keeps_the_last_values_oldest_first():
    """Seven values in a ring of five leave the last five, in order."""
    ring = LastValues(5, (2,))
    for value in range(7):
        ring.append((value, -value))
    assert ring.last(5)[:, 0].tolist() == [2, 3, 4, 5, 6]
    assert ring.last(2).tolist() == [[5, -5], [6, -6]]
    assert len(ring) == 5
    assert ring.total == 7


def test_a_ring_that_is_not_full_returns_what_it_has():
    """Asking for more than there is returns all there is, and nothing when there is nothing."""
    ring = LastValues(5)
    assert ring.last(3).shape == (0,)
    ring.append(1.5)
    np.testing.assert_array_equal(ring.last(3), [1.5])


def test_what_a_ring_returns_is_not_its_memory():
    """Changing the answer does not change the ring."""
    ring = LastValues(3)
    ring.append(1.0)
    ring.last(1)[0] = 9.0
    assert ring.last(1).tolist() == [1.0]
