"""YAML in which a key may occur once only: the second would silently win."""

from __future__ import annotations

import yaml


class Once(yaml.SafeLoader):
    """Refuses a key that is given twice."""


def _pairs(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict:
    keys = [loader.construct_object(key) for key, _ in node.value]
    for key, (mark, _) in zip(keys, node.value, strict=True):
        if keys.count(key) > 1:
            raise yaml.constructor.ConstructorError(
                None, None, f"{key!r} is given twice", mark.start_mark
            )
    return loader.construct_mapping(node, deep=True)


Once.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _pairs)
