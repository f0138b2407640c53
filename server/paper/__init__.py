"""Paper and calls: typed ballot by ballot from a pile, or counted by the office and given as sums."""
