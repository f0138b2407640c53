"""The centre: takes ballots in exactly once, counts them, shows the results; imports only survey/ of ours."""
