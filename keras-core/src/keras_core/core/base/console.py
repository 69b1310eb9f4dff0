"""Where progress and messages go: the standard output, or a logger."""

import logging
import sys

from keras_core.core.base import config

_logger = logging.getLogger("keras_core")


def write(message: str, end: str = "\n") -> None:
    """Print ``message``, or log it where interactive logging is disabled."""
    if config.is_interactive_logging_enabled():
        sys.stdout.write(message + end)
        sys.stdout.flush()
    elif text := message.strip():
        _logger.info(text)
