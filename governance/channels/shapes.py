"""How a message is written in each receiver's own shape. Pure: messages in, JSON or mail text out.

Sources: Slack Block Kit and incoming webhooks (https://docs.slack.dev/block-kit/), Microsoft Teams workflows with Adaptive
Cards 1.4 (https://adaptivecards.io/explorer/), PagerDuty Events API v2
(https://developer.pagerduty.com/docs/events-api-v2/overview/). Lengths are theirs.
"""

from typing import Any

from governance.channels.message import Message

COLOURS = {"critical": "Attention", "error": "Attention", "warning": "Warning", "info": "Default"}
HEADS = {"acknowledge": "Acknowledged: ", "resolve": "Resolved: "}
PAGERDUTY = "https://events.pagerduty.com/v2/enqueue"
SOURCE = "plumbline"


def cut(text: str, longest: int) -> str:
    """Return text of at most so many characters; what was cut off is marked."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def headline(message: Message) -> str:
    """Return the title with what became of it."""
    return HEADS.get(message.event, "") + " ".join(message.title.split())


def links(message: Message) -> list[tuple[str, str]]:
    """Return what can be opened: label and whole address; nothing to acknowledge once somebody has."""
    acknowledge = [("Acknowledge", message.ack_link)] if message.event == "trigger" else []
    return [(label, url) for label, url in (*acknowledge, ("Open in Plumbline", message.link)) if url]


def slack(message: Message) -> dict[str, Any]:
    """Return a Slack message of blocks, with a text for notifications."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": cut(headline(message), 150), "emoji": False}}
    ]
    if message.body:
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": cut(_escaped(message.body), 3000)}})
    if message.fields:
        facts = [f"*{_escaped(label)}*\n{_escaped(value)}" for label, value in message.fields[:10]]
        blocks.append({"type": "section", "fields": [{"type": "mrkdwn", "text": cut(fact, 2000)} for fact in facts]})
    if opened := links(message):
        blocks.append({"type": "actions", "elements": [_slack_button(label, url) for label, url in opened]})
    return {"text": cut(_escaped(headline(message)), 3000), "blocks": blocks}


def _slack_button(label: str, url: str) -> dict[str, Any]:
    button = {"type": "button", "text": {"type": "plain_text", "text": label}, "url": url}
    return {**button, "style": "primary"} if label == "Acknowledge" else button


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def teams(message: Message) -> dict[str, Any]:
    """Return a message with an Adaptive Card, as a Teams workflow takes it."""
    colour = COLOURS[message.severity] if message.event == "trigger" else "Good"
    head = {
        "type": "TextBlock",
        "text": _flat(headline(message)),
        "weight": "Bolder",
        "size": "Large",
        "wrap": True,
        "color": colour,
    }
    body: list[dict[str, Any]] = [head]
    if message.body:
        body.append({"type": "TextBlock", "text": _flat(cut(message.body, 4000)), "wrap": True})
    if message.fields:
        facts = [{"title": _flat(label), "value": _flat(value)} for label, value in message.fields]
        body.append({"type": "FactSet", "facts": facts})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": label, "url": url} for label, url in links(message)],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _flat(text: str) -> str:
    """Return text in which a card's Markdown finds no link, heading or emphasis that nobody meant."""
    for mark in "\\[]*_#`":
        text = text.replace(mark, f"\\{mark}")
    return text


def pagerduty(message: Message, routing_key: str) -> dict[str, Any]:
    """Return an event of the Events API v2."""
    event: dict[str, Any] = {"routing_key": routing_key, "event_action": message.event, "dedup_key": cut(message.dedup, 255)}
    if message.event != "trigger":
        return event
    details = dict(message.fields) | ({"what": message.body} if message.body else {})
    event["payload"] = {
        "summary": cut(headline(message), 1024),
        "source": SOURCE,
        "severity": message.severity,
        "custom_details": details,
    }
    event |= {"client": "Plumbline", "links": [{"href": url, "text": label} for label, url in links(message)]}
    return event | ({"client_url": message.link} if message.link else {})


def webhook(message: Message, kind: str, moment: str) -> dict[str, Any]:
    """Return the payload of a signed webhook: its type (alert.trigger), when it was made (ISO 8601), and the message."""
    data = {
        "title": headline(message),
        "body": cut(message.body, 4000),
        "severity": message.severity,
        "event": message.event,
        "dedup_key": message.dedup,
        "url": message.link,
        "acknowledge_url": message.ack_link,
        "fields": dict(message.fields),
    }
    return {"type": f"{kind}.{message.event}", "timestamp": moment, "data": data}


def mail(message: Message) -> tuple[str, str]:
    """Return subject and text of a mail."""
    mark = "" if message.severity == "info" or message.event != "trigger" else f"[{message.severity}] "
    parts = [message.body, "\n".join(f"{label}: {value}" for label, value in message.fields)]
    parts += [f"{label}:\n{url}" for label, url in links(message)]
    parts.append("You get this because it was sent to you, or to a channel with this address, by Plumbline.")
    return cut(f"{mark}{headline(message)}", 180), "\n\n".join(part for part in parts if part) + "\n"
