"""One file per department: what it holds of the province, and how it hands that over."""
