"""Links to laptops: one small protocol, and one module per way of reaching a laptop."""
