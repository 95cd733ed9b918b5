"""One configuration run with several seeds, side by side in processes of their own."""
