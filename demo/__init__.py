"""The whole line on one desk: a centre, a kiosk, a respondent; what `make demo` runs and the tests drive."""
