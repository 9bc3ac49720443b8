"""The runner of golden cases: worked examples as data, each under a policy of its own."""
