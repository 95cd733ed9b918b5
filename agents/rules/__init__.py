"""The learning rules, one file each: hyper-parameters, traces, and the equations by which they change."""
