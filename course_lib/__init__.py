"""The small library behind "From Concept to Insight", a deep-learning course in Keras."""
