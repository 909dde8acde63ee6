"""The bench screen: a Textual client of the bench engine. `run.run_screen` starts it; nothing else knows Textual."""
