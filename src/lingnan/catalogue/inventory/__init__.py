"""The inventory: duties, systems, databases, their tables and columns, sources of authority, and the workbook that offices pass around."""
