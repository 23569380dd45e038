"""Shows the JSON lines of `cdcctl tail` as one short line per event: topic, place, operation, key, row."""
import json
import sys

for line in sys.stdin:
    event = json.loads(line)
    key, value = json.dumps(event.get("key")), event.get("value")
    place = f"{event.get('topic')}[{event.get('partition')}]@{event.get('offset')}"
    if value is None:
        text = f"  event      {place} - {key} tombstone"
    else:
        row = value.get("after") or value.get("before") or {}
        filled = {name: content for name, content in row.items() if content is not None}
        text = f"  event      {place} {value.get('op')} {key} {json.dumps(filled, ensure_ascii=False)}"
    print(text if len(text) <= 180 else text[:179] + "…", flush=True)
