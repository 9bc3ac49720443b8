"""Opening the engines to a program: value, compare, and what they answer."""
