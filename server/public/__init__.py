"""The citizen's side: how a ballot and its case stand, by the mã phiếu alone."""
