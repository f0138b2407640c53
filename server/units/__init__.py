"""The pages of the organisation: the tree as of a day, a unit with its history, changes, import from a workbook."""
