"""One model from sentences to logits, and its answers to a list of them."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import layers

from course_lib._arguments import check_list, check_type
from course_lib.models._arguments import check_model

BATCH_SIZE = 256


def sentence_classifier(vectorizer: layers.TextVectorization, classifier: keras.Model) -> keras.Model:
    """Put a vocabulary before a classifier of token ids, so that both are saved and loaded as one model.

    Args:
        vectorizer: adapted, with an `output_sequence_length` and the vocabulary that the classifier was trained on.
        classifier: model from (batch, steps) ids to logits (batch, num_classes).

    Returns:
        A model from a string tensor (batch,) to logits (batch, num_classes). It reads as many words of a sentence as
        the vectoriser keeps; an empty sentence is all padding.

    Raises:
        ValueError: if the vectoriser has no vocabulary or makes no ids, or the classifier does not read such ids.
    """
    check_type("vectorizer", vectorizer, layers.TextVectorization, "a keras.layers.TextVectorization")
    check_model("classifier", classifier, axes_in=2, axes_out=2)
    config = vectorizer.get_config()
    if config["output_mode"] != "int" or not config["output_sequence_length"]:
        raise ValueError(
            "the vectorizer must make as many ids of each sentence, also of an empty one; make it with "
            "output_mode='int' and an output_sequence_length"
        )
    if vectorizer.vocabulary_size() <= 2:  # padding and unknown words
        raise ValueError("the vectorizer has no vocabulary; call vectorizer.adapt(sentences) first")
    if classifier.input_shape[1] not in (None, config["output_sequence_length"]):
        raise ValueError(
            f"the classifier reads {classifier.input_shape[1]} words and the vectorizer keeps "
            f"{config['output_sequence_length']}; give both the same number"
        )
    sentences = keras.Input((), dtype="string")
    return keras.Model(sentences, classifier(vectorizer(sentences)), name="sentence_classifier")


def class_probabilities(model: keras.Model, sentences: Sequence[str | bytes]) -> np.ndarray:
    """Answer a list of sentences.

    Args:
        model: from `sentence_classifier`, or a loaded one.
        sentences: texts, or bytes in UTF-8. No words, or unknown words only, are allowed: the answer is then what
            the model says without evidence. Of a very long text only the first words count.

    Returns:
        Probabilities (len(sentences), num_classes), each row with the sum 1.

    Raises:
        ValueError: if the model does not read texts, one text is given in place of a list, an entry is no text, or
            bytes are not UTF-8.
    """
    check_model("model", model, axes_in=1, axes_out=2)
    if model.inputs[0].dtype != "string":
        raise ValueError("the model reads no texts; give one that sentence_classifier made")
    check_list("sentences", sentences, "a list of sentences, such as ['A fine film.']")
    texts = [_as_text(sentence, position) for position, sentence in enumerate(sentences)]
    if not texts:
        return np.zeros((0, model.output_shape[-1]), np.float32)
    batches = [texts[start : start + BATCH_SIZE] for start in range(0, len(texts), BATCH_SIZE)]
    logits = [model(keras.ops.convert_to_tensor(batch, dtype="string")) for batch in batches]
    return keras.ops.convert_to_numpy(keras.ops.softmax(keras.ops.concatenate(logits)))


def _as_text(sentence: str | bytes, position: int) -> str:
    if isinstance(sentence, bytes):
        try:
            return sentence.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(
                f"sentence {position} is not UTF-8: byte {error.start} is 0x{sentence[error.start]:02x}; decode it "
                "with its own encoding first, such as sentence.decode('latin-1')"
            ) from error
    if not isinstance(sentence, str):
        raise ValueError(f"sentence {position} is {type(sentence).__name__}; each entry must be a text")
    try:
        sentence.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(
            f"sentence {position} is damaged: character {error.start} is {sentence[error.start]!a}, half of a pair; "
            "read the text again with its own encoding"
        ) from error
    return sentence
