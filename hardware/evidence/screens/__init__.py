"""The screens: connectors and EDID."""
