"""The machine itself: SMBIOS, firmware, processor, memory, TPM, operating system."""
