"""The sharing directory and the open directory: trees with counts, the guide's spreadsheet, and DCAT-AP for the world."""
