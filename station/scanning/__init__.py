"""`station scan`: read the codes in pictures, or from a scanner or a camera, and say what each was taken for."""
