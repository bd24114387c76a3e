"""How Sphinx makes the site: from stored outputs, without executing anything and without a network."""

project = "From Concept to Insight"
author = "The authors of From Concept to Insight"
html_title = project
language = "en"
extensions = ["myst_nb", "sphinx.ext.mathjax", "sphinx-mathjax-offline"]
html_theme = "sphinx_book_theme"
html_theme_options = {
    "use_download_button": True,
    "show_toc_level": 2,
    "show_navbar_depth": 1,
    "navbar_persistent": [],  # no second search field: there is one beside the text
}
html_context = {"default_mode": "auto"}  # light or dark as the reader's system is
html_static_path = ["static"]
html_css_files = ["course.css"]
html_favicon = "static/favicon.svg"
html_show_copyright = False
html_copy_source = True
exclude_patterns = ["conf.py", "requirements.*"]
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath", "amsmath"]
