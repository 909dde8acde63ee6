"""`station simulate`: stand-ins that speak the real interfaces, to learn and to try out a bench without hardware."""
