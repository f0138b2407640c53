"""What an office does about what citizens said: finding, action, owner, date, and whether it really got better."""
