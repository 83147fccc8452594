"""What a table or a file holds, told to people: the profiler's counts with keys, code lists, elements, personal data, drift, a suggested contract."""
