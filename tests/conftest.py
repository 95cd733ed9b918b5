"""One thread: faster than several for brains of this size, and the tests disturb each other less."""

import torch

torch.set_num_threads(1)
