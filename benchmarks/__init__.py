"""Measurements of jxc against hand-written loops; ``python -m benchmarks`` runs all and prints one table."""
