"""What people have sent to them on schedule: questions, boards and reports, each time made anew with what they may see then."""

from lingnan.insight.deliveries.events import DeliveryFailed, DeliveryMade, SubscriptionEnded
from lingnan.insight.deliveries.figures import Figure, answer_figures, panel_figures, told_figures
from lingnan.insight.deliveries.records import Subscription, SubscriptionDelivery
from lingnan.insight.deliveries.rhythm import DELIVERED_AT, RHYTHMS, Rhythm, last_due
from lingnan.insight.deliveries.service import DeliveryCard, Made, SubscriptionCard, Subscriptions, Target, no_subscription

__all__ = [
    "DELIVERED_AT", "RHYTHMS", "DeliveryCard", "DeliveryFailed", "DeliveryMade", "Figure", "Made", "Rhythm", "Subscription", "SubscriptionCard",
    "SubscriptionDelivery", "SubscriptionEnded", "Subscriptions", "Target", "answer_figures", "last_due", "no_subscription", "panel_figures",
    "told_figures",
]
