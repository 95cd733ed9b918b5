"""The brain panel and its parts: layers, readout, weights, timeline, and the inspector of a weight update."""
