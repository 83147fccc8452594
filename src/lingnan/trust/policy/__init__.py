"""What is permitted: the rules as data, the masks they ask for."""
