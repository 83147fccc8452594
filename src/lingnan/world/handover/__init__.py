"""The shapes in which departments hand their data over: text files, workbooks, databases, pages, XML, Parquet."""
