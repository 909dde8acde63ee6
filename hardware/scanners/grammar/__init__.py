"""From the codes on a label to what each of them means. Knows texts and makers, and nothing of pictures."""
