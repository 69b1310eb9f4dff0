"""What plugins add beside a backend: the hooks that many may answer."""

import warnings
from collections.abc import Iterable
from typing import Any, TypeAlias, cast

from keras_core_plugins.discovery import Catalog, InstalledBackend, PluginEntry
from keras_core_plugins.hooks import new_manager
from keras_core_plugins.loading import import_reference

Source: TypeAlias = InstalledBackend | PluginEntry


def sources(catalog: Catalog, chosen: InstalledBackend) -> list[Source]:
    """Who is asked: the chosen backend, then the plugins without one."""
    return [chosen, *catalog.plugins]


def other_sources(catalog: Catalog, chosen: InstalledBackend) -> list[Source]:
    """The other backends, as far as their names say which ones are meant."""
    names = [name for name in catalog.others(chosen) if not catalog.is_conflict(name)]
    return [catalog.claims[name][0] for name in names]


def contributions(source: Source, hook: str) -> list[Any]:
    """What the plugin of ``source`` returns for ``hook``, none if it does not implement it.

    Whatever the plugin raises is let through.
    """
    reference = source.entry_point if isinstance(source, InstalledBackend) else source.value
    plugin = getattr(source, "plugin", None)
    manager = new_manager()
    manager.register(plugin if plugin is not None else import_reference(reference))
    answers = cast("Iterable[Iterable[Any]]", getattr(manager.hook, hook)())
    return [item for answer in answers for item in answer]


def gathered(
    catalog: Catalog, chosen: InstalledBackend, hook: str, *, others: bool = False
) -> list[Any]:
    """What all `sources` return for ``hook``, or with ``others`` all `other_sources`.

    A plugin that fails is left out with a warning: it may have nothing to do with what is wanted.
    """
    found: list[Any] = []
    for source in (other_sources if others else sources)(catalog, chosen):
        try:
            found += contributions(source, hook)
        except Exception as error:
            warnings.warn(
                f"What {source.distribution} {source.version} adds by {hook} is left out, since "
                f"its plugin fails: {error!r}",
                stacklevel=3,
            )
    return found
