"""What `GET /metrics` shows."""

from prometheus_client import Counter, Gauge, Histogram

RECEIVED = Counter("puente_messages_received_total", "Messages stored", ["channel", "kind"])
DUPLICATES = Counter("puente_messages_duplicate_total", "Messages already stored", ["channel"])
IGNORED = Counter(
    "puente_updates_ignored_total", "Authentic updates that are nothing for us", ["channel", "reason"]
)
REFUSED = Counter("puente_webhooks_refused_total", "Webhooks refused", ["channel", "reason"])
VERDICTS = Counter("puente_safety_verdicts_total", "Safety answers given", ["kind", "by"])
TURNS = Counter("puente_turns_total", "Turns taken", ["outcome"])
TURN_SECONDS = Histogram(
    "puente_turn_seconds", "Time of a turn", buckets=(0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)
)
SENDS = Counter("puente_sends_total", "Bubbles handed to a provider", ["purpose", "outcome"])
CASES = Counter("puente_cases_opened_total", "Cases opened", ["reason"])
BREACHES = Counter("puente_targets_missed_total", "Target times of cases missed", ["kind"])
ALARMS = Counter("puente_alarms_total", "Alarms raised for the operator", ["kind"])
ERASURES = Counter("puente_erasures_total", "Contacts erased, by who asked for it", ["by"])
RETAINED = Counter("puente_erased_by_age_total", "Rows erased or emptied by age", ["kind"])
UNANSWERED = Gauge("puente_messages_unanswered", "Messages waiting for their turn")
PENDING = Gauge("puente_sends_pending", "Bubbles waiting to be sent")
