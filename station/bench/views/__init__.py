"""The views of the bench beside its slots: what each shows, and what scans and commands do there."""
