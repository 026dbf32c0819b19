"""Article -> verdict: terms, morphology, rules, explanation. Pure: no clock, no network, no SQL, no environment.

`load_topic` once, then `gate` for the bytes of each page and `judge` for what was read from those that pass.
"""

from crawler.judging.loading import load_topic, shipped
from crawler.judging.topic import Topic
from crawler.judging.verdict import judge

__all__ = ["Topic", "gate", "judge", "load_topic", "shipped"]


def gate(body: bytes, topic: Topic, *, content_type: str = "") -> str:
    """ "" when a page may be about the topic (also when it cannot be told), else the reason for refusing it without reading it.

    `body` is what the server sent, uncompressed; `content_type` the header's value.
    """
    return topic.gate.refuses(body, content_type)
