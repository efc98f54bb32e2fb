"""Greets whoever the event names."""

import logging


def main_handler(event, context):
    name = event.get("name", "world") if isinstance(event, dict) else "world"
    logging.info("greeting %s", name)
    return {"greeting": f"Hello, {name}!", "requestId": context["request_id"]}
