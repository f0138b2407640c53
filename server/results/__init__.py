"""What the counts say: shares with their bases, never a ballot."""
