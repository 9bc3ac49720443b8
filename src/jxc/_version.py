"""The version of the distribution: one string, read by the build, by ``jxc.__version__`` and by nothing else."""

__all__ = ["__version__"]

__version__ = "0.1.0"
