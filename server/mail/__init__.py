"""E-mail: messages as values, an outbox with retries and dead letters, and the sender."""
