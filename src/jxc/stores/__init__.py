"""Where records are kept: in memory, or in a SQL database; each a ``Store`` of ``jxc.ports``, each proven alike."""
