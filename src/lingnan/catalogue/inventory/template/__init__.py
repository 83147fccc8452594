"""The workbook that offices pass around: the inventory as sheets, filled in by hand and taken in whole or not at all."""
