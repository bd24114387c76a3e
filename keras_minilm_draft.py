"""Draft for chapter 09: MiniLM in plain Keras, from data/minilm."""
import gzip, io, time
import keras, numpy as np
from keras import layers, ops
from course_lib import data_files

data_files.verify("minilm")
FOLDER = data_files.DATA_DIR / "minilm"
stored = np.load(io.BytesIO(gzip.decompress((FOLDER / "minilm.weights.npz.gz").read_bytes())))
weights = {
    name: stored[name].astype("float32") * (stored[f"{name}_scale"].astype("float32") if f"{name}_scale" in stored else 1)
    for name in stored if not name.endswith("_scale")
}
vocabulary = (FOLDER / "vocabulary.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")

class Positions(layers.Layer):
    def build(self, shape): self.positions = self.add_weight(shape=(128, 384), name="positions")
    def call(self, x): return x + self.positions[: ops.shape(x)[1]]

def minilm(num_layers=6):
    pieces = keras.Input((None,), dtype="int32")
    mask = ops.expand_dims(ops.not_equal(pieces, 0), 1)  # (batch, 1, keys)
    norm = lambda name: layers.LayerNormalization(epsilon=1e-12, name=name)
    states = Positions(name="positions")(layers.Embedding(len(vocabulary), 384, name="pieces")(pieces))
    states = norm("embedding_norm")(states); after = [states]
    for n in range(1, num_layers + 1):
        mixed = layers.MultiHeadAttention(12, 32, name=f"layer_{n}_attention")(states, states, attention_mask=mask)
        states = norm(f"layer_{n}_attention_norm")(states + mixed)
        hidden = ops.gelu(layers.Dense(1536, name=f"layer_{n}_intermediate")(states), approximate=False)
        states = norm(f"layer_{n}_output_norm")(states + layers.Dense(384, name=f"layer_{n}_output")(hidden)); after.append(states)
    return keras.Model(pieces, after)

def fill(model, w):
    for layer in model.layers:
        name = layer.name.replace("layer_", "layer-").replace("_", "/", 1).replace("layer-", "layer_") if layer.name.startswith("layer_") else layer.name
        if layer.name in ("pieces", "positions"): layer.set_weights([w[layer.name]])
        elif layer.name.endswith("norm"): layer.set_weights([w[f"{name}/gamma"], w[f"{name}/beta"]])
        elif layer.name.endswith("attention"):
            b = name.removesuffix("attention"); out = []
            for part in ("query", "key", "value"): out += [w[f"{b}{part}/kernel"].reshape(384, 12, 32), w[f"{b}{part}/bias"].reshape(12, 32)]
            layer.set_weights(out + [w[f"{b}attention_output/kernel"].reshape(12, 32, 384), w[f"{b}attention_output/bias"]])
        elif layer.weights: layer.set_weights([w[f"{name}/kernel"], w[f"{name}/bias"]])

t = time.time(); model = minilm(); fill(model, weights); print("built", time.time() - t, model.count_params())
R = np.load(FOLDER / "reference.npz"); ids = R["pieces"].astype("int32")
t = time.time(); out = model.predict(ids, batch_size=30, verbose=0); print("predict", time.time() - t)
real = (ids != 0)[..., None]
means = np.stack([(o * real).sum(1) / real.sum(1) for o in out], 1)
ref = R["means"].astype("float32"); cos = (means * ref).sum(-1) / np.linalg.norm(means, axis=-1) / np.linalg.norm(ref, axis=-1)
print("cosine by layer", cos.mean(0).round(5), cos.min(0).round(5), "worst difference by layer", np.abs(means - ref).max((0, 2)).round(3))
np.save("/tmp/d22/k/keras_means.npy", means)
