"""The engine bench: what a tick costs, part by part, beside others' and beside what the memory allows."""
