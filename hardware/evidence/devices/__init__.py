"""The devices on the buses: network, radios, camera, sound, input."""
