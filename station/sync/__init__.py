"""The upload job: takes finished attempts from the bench's outbox to central, once each."""
