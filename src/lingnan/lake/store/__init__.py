"""Where the files of tables lie: a folder of the home, or a bucket behind the S3 interface."""

from lingnan.lake.store.folder import Folder
from lingnan.lake.store.place import BucketPlace, store_failed
from lingnan.lake.store.shapes import Store

__all__ = ["BucketPlace", "Folder", "Store", "store_failed"]
