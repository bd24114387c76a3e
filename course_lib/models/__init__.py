"""Model builders, one file per family: plain functions that return an uncompiled `keras.Model` ending in logits."""
