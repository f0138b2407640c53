"""Reports: the month's workbook, from rollups and ballots that were counted, never from a guess."""
