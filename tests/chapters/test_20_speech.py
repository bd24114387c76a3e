"""Chapter 20: its pictures of sound, its disguises, its split by speaker, and the checkers of its exercises."""

import numpy as np
import pytest

import data_index
from exercises import exercise_tests
from story_code import definitions

CHAPTER = "20_speech"
SOUND = np.random.default_rng(0).normal(size=4000)


def stored():
    with np.load(data_index.DATA / "spoken_digits" / "spoken_digits.npz") as data:
        return dict(data)


def test_the_data_are_the_words_that_the_chapter_counts():
    data = stored()
    human = data["human"]
    assert (~human).sum() == 9 * 12 * 10 and human.sum() == 148
    assert data["lengths"].sum() == len(data["sounds"])
    sets = {
        (language, speaker) for language, speaker in zip(data["languages"][human], data["speakers"][human], strict=True)
    }
    assert len(sets) == 15 and {speaker for _, speaker in sets} == set(range(15))
    assert data["digits"].dtype.kind == data["speakers"].dtype.kind == "u", "numbers for people, no names"


def test_a_word_that_is_louder_or_shorter_than_a_second_has_a_picture_of_the_same_form():
    names = definitions(
        CHAPTER, "HANN", "cut", "magnitudes", "to_mel", "mel_triangles", "TRIANGLES", "picture", "stretched"
    )
    picture = names["picture"]
    assert picture(SOUND).shape == picture(np.tile(SOUND, 5)).shape == (64, 32)
    np.testing.assert_allclose(picture(SOUND), picture(0.3 * SOUND), rtol=1e-4, atol=1e-5)
    assert not picture(SOUND)[1 + (4000 - 256) // 128 :].any(), "silence is zero"
    assert names["stretched"](picture(SOUND)).shape == (32 * 32,)


def test_the_triangles_share_each_frequency_between_their_edges():
    triangles = definitions(CHAPTER, "to_mel", "mel_triangles")["mel_triangles"](bands=8)
    inside = triangles[10:80].sum(axis=1)
    np.testing.assert_allclose(inside, 1.0, atol=1e-9)


@pytest.mark.parametrize(
    ("change", "nothing"), [("slower", 1.0), ("throat", 1.0), ("noise", 0.0), ("late", 0), ("microphone", 0.0)]
)
def test_a_disguise_of_strength_zero_leaves_a_word_as_it_is(change, nothing):
    image = np.abs(np.random.default_rng(0).normal(size=(64, 32)))
    image[-1] = image[-2]
    np.testing.assert_allclose(definitions(CHAPTER, change)[change](image, nothing), image, atol=1e-9)


def test_a_late_word_is_the_same_word_later_and_a_slower_one_ends_later():
    names = definitions(CHAPTER, "late", "slower")
    image = np.zeros((64, 32))
    image[10:20] = 1.0
    np.testing.assert_array_equal(np.flatnonzero(names["late"](image, 6)[:, 0]), np.arange(16, 26))
    assert np.flatnonzero(names["slower"](image, 2.0)[:, 0]).max() in (38, 39)


def test_silence_ends_in_the_hundredth_of_a_second_in_which_the_sound_begins():
    silence = definitions(CHAPTER, "silence")["silence"]
    assert silence(SOUND) == 0
    assert silence(np.concatenate([np.zeros(400), SOUND])) == 400
    assert silence(np.concatenate([0.001 * SOUND[:800], SOUND])) == 800


def test_a_cure_with_no_part_leaves_a_word_as_it_is_and_each_part_draws_what_it_drew_with_the_others():
    names = definitions(CHAPTER, "slower", "microphone", "noise", "throat", "late", "SMOOTH", "PARTS", "distorted")
    image = np.abs(np.random.default_rng(0).normal(size=(64, 32)))
    distorted = names["distorted"]
    np.testing.assert_array_equal(distorted(image, np.random.default_rng(1), ()), image)
    rng, other = np.random.default_rng(1), np.random.default_rng(1)
    distorted(image, rng), distorted(image, other, ("start",))
    assert rng.random() == other.random(), "leaving a part out changes no other draw"


def test_no_speaker_is_tested_by_a_network_that_learned_from_him():
    names = definitions(CHAPTER, "with_other_people")
    data = stored()
    learned = []
    names |= {
        "human": data["human"],
        "speakers": data["speakers"].astype(int),
        "digits": data["digits"].astype(int),
        "pictures": np.arange(len(data["digits"])),
        "train": lambda which, **options: learned.append(which),
        "is_right": lambda model, tested, digits: (~learned[-1][tested]).astype(float),
    }
    machines = ~data["human"]
    right = names["with_other_people"](lambda which: (which,), machines)
    assert right.shape == (148,) and right.all(), "each tested word was left out of the training before it"
    for which in learned:
        people = which & data["human"]
        assert which[machines].all() and not {*names["speakers"][people]} & {
            *names["speakers"][data["human"] & ~people]
        }


def wholly_apart(samples, length, step):
    return samples // length


def one_too_few(samples, length, step):
    return max(0, (samples - length) // step)


def negative_count(samples, length, step):
    return 1 + (samples - length) // step


def rising_alone(mel, left, middle, right):
    return min(1.0, max(0.0, (mel - left) / (middle - left)))


def never_clipped(mel, left, middle, right):
    return min((mel - left) / (middle - left), (right - mel) / (right - middle))


def rectangle(mel, left, middle, right):
    return float(left < mel < right)


def over_words(right, speaker):
    return np.std(right, ddof=1) / np.sqrt(len(right))


def no_root(right, speaker):
    right, speaker = np.asarray(right), np.asarray(speaker)
    return np.std([right[speaker == one].mean() for one in np.unique(speaker)], ddof=1)


def with_n(right, speaker):
    right, speaker = np.asarray(right), np.asarray(speaker)
    shares = [right[speaker == one].mean() for one in np.unique(speaker)]
    return np.std(shares) / np.sqrt(len(shares))


def place_alone(sound, rate):
    return int(np.argmax(np.abs(np.fft.rfft(sound))))


def fixed_rate(sound, rate):
    return round(float(np.argmax(np.abs(np.fft.rfft(sound))) * 8000 / len(sound)))


def size_of_the_peak(sound, rate):
    return float(np.abs(np.fft.rfft(sound)).max())


WRONG_ANSWERS = {
    "count_windows": [
        (wholly_apart, "Windows overlap"),
        (one_too_few, "as long as a window"),
        (negative_count, "no negative number"),
    ],
    "triangle": [
        (rising_alone, "Beyond the middle"),
        (never_clipped, "never negative"),
        (rectangle, "Half-way up"),
    ],
    "speaker_error": [
        (over_words, "count speakers"),
        (no_root, "count speakers"),
        (with_n, "use n - 1"),
    ],
    "loudest_frequency": [
        (place_alone, "k * rate / len"),
        (fixed_rate, "rate belongs"),
        (size_of_the_peak, "frequency of the peak"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
