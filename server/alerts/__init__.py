"""Alerts: who is told what and when, on the page, by e-mail and by signed webhooks."""
