"""For those who extend jxc: strategies, invariants and conformance kits."""
