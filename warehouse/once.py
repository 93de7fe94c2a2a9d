"""YAML in which a key may occur once only, for the second would silently win, a day must be one, and yes is a word."""

from __future__ import annotations

import re

import yaml


class Once(yaml.SafeLoader):
    """Refuses a key that is given twice and a day that does not exist.

    Only true and false are truth values, as in YAML 1.2: a verdict ``yes`` or a column ``on`` means itself.
    """


def _day(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> object:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError as error:
        raise yaml.constructor.ConstructorError(
            None, None, f"no such day {node.value!r} ({error})", node.start_mark
        ) from error


def _pairs(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict:
    keys = [loader.construct_object(key) for key, _ in node.value]
    for key, (mark, _) in zip(keys, node.value, strict=True):
        if keys.count(key) > 1:
            raise yaml.constructor.ConstructorError(
                None, None, f"{key!r} is given twice", mark.start_mark
            )
    return loader.construct_mapping(node, deep=True)


Once.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in told if not tag.endswith(":bool")]
    for first, told in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Once.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
Once.add_constructor("tag:yaml.org,2002:timestamp", _day)
Once.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _pairs)
