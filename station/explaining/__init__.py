"""Why a verdict is what it is: the rule, its version, the limit, the reading, and the bytes it was read from."""
