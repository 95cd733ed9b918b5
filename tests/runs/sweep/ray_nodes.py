"""A cluster of Ray with two nodes of one processor: says its address, loses a node at a line, and ends at the last."""

import sys

from ray.cluster_utils import Cluster

_SOON = {"health_check_initial_delay_ms": 0, "health_check_period_ms": 500, "health_check_failure_threshold": 3}
_SMALL = {"num_cpus": 1, "object_store_memory": 80_000_000, "include_dashboard": False}

if __name__ == "__main__":
    cluster = Cluster(initialize_head=True, head_node_args={**_SMALL, "_system_config": _SOON})
    node = cluster.add_node(**_SMALL)
    print(cluster.address, flush=True)
    if sys.stdin.readline():
        cluster.remove_node(node, allow_graceful=False)
        print("lost", flush=True)
        sys.stdin.readline()
    cluster.shutdown()
