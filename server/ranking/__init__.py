"""The yearly ranking of offices: criteria as data, points with their margins, signed-off versions kept as they were."""
