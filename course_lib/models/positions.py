"""Learned positions: what tells a transformer one place of a sequence from another."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="course_lib")
class LearnedPositions(layers.Layer):
    """Adds to each place's vector one that is learned for this place."""

    def __init__(self, context: int, **options: object) -> None:
        """Set the number of places."""
        super().__init__(**options)
        self.context = context

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the table of places (context, width)."""
        small = keras.initializers.RandomNormal(stddev=0.02)
        self.table = self.add_weight(shape=(self.context, shape[-1]), initializer=small, name="table")

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Add them; more places than there are raise a ValueError."""
        if x.shape[1] is not None and x.shape[1] > self.context:
            raise ValueError(f"{x.shape[1]} pieces were given; this network reads at most {self.context} at once")
        return x + self.table[: ops.shape(x)[1]]

    def get_config(self) -> dict:
        """Return what makes this layer again."""
        return super().get_config() | {"context": self.context}
