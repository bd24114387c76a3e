"""Bad input: a call of the library works, or says which argument is wrong; TensorFlow never has to complain.

`make test` tries 50 fixed cases for each function, `make audit NAME=inputs` 1,000.
"""

import importlib
import inspect
import pkgutil
import re
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

import course_lib
from bad_input import course, figures, models
from bad_input.odd_values import Call, arguments
from bad_input.refused import REFUSED

CALLS = [*models.CALLS, *figures.CALLS, *course.CALLS]
LIBRARY = str(Path(course_lib.__file__).parent)
# Public names that no case calls, and why.
WITHOUT_CASES = {
    "course_lib.gpu.why_unseen": "takes no argument",
    "course_lib.models.efficientnet_lite.imagenet_classes": "takes no argument",
    "course_lib.models.transfer.InferenceMode.call": "called by Keras",
    "course_lib.data_files.DataError": "an error, raised by the library",
    "course_lib.data_files.names": "takes no argument",
    "course_lib.machine.Finding": "a plain pair, made by the library",
    "course_lib.datasets.Examples": "a plain pair, made by the library",
    "course_lib.datasets.Splits": "a plain triple, made by the library",
    "course_lib.callbacks.LiveCurves.on_train_begin": "called by Keras",
    "course_lib.callbacks.LiveCurves.on_epoch_end": "called by Keras",
    "course_lib.callbacks.TimeToTarget.on_train_begin": "called by Keras",
    "course_lib.callbacks.TimeToTarget.on_epoch_end": "called by Keras",
    "course_lib.callbacks.GeneralisationGap.on_train_begin": "called by Keras",
    "course_lib.callbacks.GeneralisationGap.on_epoch_end": "called by Keras",
}


# Their answers may be anything.
REFUSE_NOTHING = {"compare_guess", "Exercise.check", "Exercise.verify_solution"}


def plain_name(function: Callable) -> str:
    """Return a function's name, without the arguments that are set already."""
    return getattr(function, "func", function).__qualname__


def names_an_argument(message: str, names: set[str]) -> bool:
    """Tell whether a message has one of the names, or its singular: "sentence 3" is one of `sentences`."""
    return any(re.search(rf"\b{name.removesuffix('s')}s?\b", message) for name in names)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("call", CALLS, ids=str)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_call_works_or_says_which_argument_is_wrong(call: Call, data):
    given_arguments, odd = data.draw(arguments(call))
    try:
        result = call.function(**given_arguments)
        if isinstance(result, Figure):
            result.draw_without_rendering()  # what cannot be drawn would fail in the notebook, where nothing catches it
    except call.besides:
        return
    except (ValueError, TypeError, FileNotFoundError) as error:
        assert odd, "these arguments are allowed"
        assert names_an_argument(str(error), odd), "the message names no odd argument"
        *_, last = traceback.extract_tb(error.__traceback__)
        assert last.filename.startswith(LIBRARY) or last.filename == __file__, "the error comes from inside"


@pytest.mark.parametrize(
    ("function", "name", "wrong"),
    [
        pytest.param(function, name, wrong, id=f"{plain_name(function)}-{name}-{place}")
        for function, wrong_values in REFUSED
        for name, values in wrong_values.items()
        for place, wrong in enumerate(values)
    ],
)
def test_a_wrong_value_is_refused_by_name(function, name, wrong):
    with pytest.raises((ValueError, TypeError, FileNotFoundError)) as raised:
        function(**{name: wrong})
    assert names_an_argument(str(raised.value), {name})
    assert LIBRARY in str(raised.traceback[-1].path), "the error comes from inside"


def public_names() -> set[str]:
    """Return the functions and classes of the library, and the methods of these."""
    names = set()
    for module_info in pkgutil.walk_packages(course_lib.__path__, "course_lib."):
        module = importlib.import_module(module_info.name)
        if "._" in module_info.name:
            continue
        own = [value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__]
        for value in own:
            methods = [value, *vars(value).values()] if inspect.isclass(value) else [value]
            names |= {f"{module.__name__}.{method.__qualname__}" for method in methods if inspect.isfunction(method)}
            names |= {f"{module.__name__}.{value.__qualname__}"} if inspect.isclass(value) else set()
    return {name for name in names if "._" not in name and "<lambda>" not in name}


def test_every_public_name_has_cases_or_a_reason():
    assert {str(call) for call in CALLS} | set(WITHOUT_CASES) == public_names()


def test_every_function_has_values_to_refuse():
    refusing = {plain_name(function) for function, _ in REFUSED}
    called = {re.sub(r"course_lib(\.[a-z_0-9]+)*\.", "", str(call)) for call in CALLS}
    assert called == refusing | REFUSE_NOTHING


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_every_argument_is_tried(call):
    parameters = inspect.signature(call.function).parameters.values()
    assert {parameter.name for parameter in parameters if parameter.kind != parameter.VAR_KEYWORD} == set(call.allowed)
