"""Templates: Jinja2, where a connector's folder has them."""

from __future__ import annotations

import importlib
import pathlib
from typing import Any

from cupel.host.failures import text_of
from cupel.host.missing import missing_module


def render(plugin: Any, template: Any, metas: dict[str, Any],
           results: dict[str, Any]) -> tuple[str | None, str]:
    """The results as text, or None if there is no template; and what is wrong
    with the template, if anything.

    `template` is the name that was asked for; without one it is that of the
    connector, if the connector's own folder has it. More folders stand in
    metas["template_folders"].
    """
    name = str(template) if template else f"{plugin.name}.tpl"
    if not pathlib.PurePath(name).suffix:
        name += ".tpl"
    more = metas.get("template_folders", [])
    folders = [str(folder) for folder in (more if isinstance(more, list)
                                          else [more])]
    folders.append(plugin.plugin_path)
    places = [pathlib.Path(folder, "templates") for folder in folders]
    if pathlib.PurePath(name).name != name:
        return None, f"{name!r} is no name of a template"
    if not any((place / name).is_file() for place in places):
        if not template:
            return None, ""
        return None, f"there is no template {name} in {places[-1]}"
    try:
        jinja2: Any = importlib.import_module("jinja2")
    except ModuleNotFoundError as error:
        return None, f"the template {name}: " + missing_module(
            error.name or "jinja2")
    try:
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(places), trim_blocks=True,
            lstrip_blocks=True)
        return environment.get_template(name).render(results=results), ""
    except jinja2.TemplateSyntaxError as error:
        return None, f"the template {name}, line {error.lineno}: {error}"
    except Exception as error:  # a template can call anything
        return None, (f"the template {name}: {type(error).__name__}: "
                      f"{text_of(error)}")
