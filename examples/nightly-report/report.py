"""Writes the report of the day before the tick that calls it."""

from datetime import datetime, timedelta


def main_handler(event, context):
    tick = datetime.strptime(event["Time"], "%Y-%m-%dT%H:%M:%SZ")
    day = (tick - timedelta(days=1)).date()
    print(f"report of {day}, asked for by trigger {event['TriggerName']}: {event['Message']}")
    return {"report": day.isoformat(), "rows": 0}
