"""The glossary is made of the chapters' own tables of terms."""

import re

import chapters
import glossary


def test_each_chapter_gives_terms_with_three_columns():
    found = glossary.terms()
    for path in chapters.chapter_files():
        own = [term for term in found if term.chapter == path.stem]
        assert len(own) >= 5, f"{path.name} has no table of terms, or a short one"
        for term in own:
            assert term.english and term.meaning, term
            assert re.search(r"[\u4e00-\u9fff]", term.chinese), term


def test_terms_stand_in_order_and_each_name_once():
    rows = [line.split(" | ")[0:2] for line in glossary.page().splitlines()[4:]]
    names = [name.removeprefix("| ").casefold() for name, _ in rows]
    assert names == sorted(names)
    assert len({tuple(row) for row in rows}) == len(rows)


def test_one_english_term_has_one_chinese_one():
    chinese: dict[str, set[str]] = {}
    for term in glossary.terms():
        chinese.setdefault(term.english.casefold(), set()).add(term.chinese)
    assert not {name: found for name, found in chinese.items() if len(found) > 1}
