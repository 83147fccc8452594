"""Decision tables: read from YAML or DMN, checked for gaps and contradictions, decided for one case or over the rows of a table."""
