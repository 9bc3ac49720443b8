"""Where text and foreign objects become exact values, or problems with a row, a field and a way out."""
