"""Films and still pictures of runs, drawn off-screen."""
