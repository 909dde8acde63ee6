"""The layouts that ship: one TOML file each."""
