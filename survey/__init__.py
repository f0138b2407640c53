"""The contract between kiosk, centre and phone: values and their encoding; pure, no I/O, imports nothing of ours."""
