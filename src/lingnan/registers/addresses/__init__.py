"""The library of standard addresses: what departments wrote, where it lies, what review has settled."""
