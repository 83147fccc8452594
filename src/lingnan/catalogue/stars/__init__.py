"""The star rating of a resource: every point with its rule, what it was judged by, and where to mend it; anybody can compute it again."""
