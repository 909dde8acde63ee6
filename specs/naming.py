"""What a person calls a laptop: the model's name, and every serial number and name under which it may be known."""

from __future__ import annotations

from specs.facts import Facts, Identity, value_of

__all__ = ["model_name", "model_names", "serials"]


def model_name(identity: Identity) -> str:
    """The model as a person says it: maker and name. Empty where neither is known.

    Lenovo puts the machine type in product and the name in version (quirks.md section 2).
    """
    maker = value_of(identity.manufacturer) or ""
    product = value_of(identity.product) or ""
    version = value_of(identity.version) or ""
    name = version if maker.casefold() == "lenovo" and version else product
    return name if name.casefold().startswith(maker.casefold()) else f"{maker} {name}".strip()


def model_names(facts: Facts) -> tuple[str, ...]:
    """Every name of the model: as a person says it, and maker and product as the firmware has them."""
    maker, product = value_of(facts.identity.manufacturer), value_of(facts.identity.product)
    plain = f"{maker} {product}" if maker and product else ""
    return tuple(dict.fromkeys(name for name in (model_name(facts.identity), plain) if name))


def serials(facts: Facts) -> tuple[str, ...]:
    """The serial numbers that are known of it: the label's and the firmware's."""
    known = (value_of(facts.identity.label_serial), value_of(facts.identity.serial))
    return tuple(dict.fromkeys(serial for serial in known if serial))
