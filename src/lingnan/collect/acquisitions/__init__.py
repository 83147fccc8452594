"""Data sets that were bought 采购数据: the terms that come with them."""
