"""What people of the tests say, and what they must read, by language."""

QUESTION = {
    "es": "¿cuánto cuesta la consulta con el especialista?",
    "en": "how much does a consultation cost?",
}
ASK_PERSON = {"es": "quiero hablar con una persona por favor", "en": "I want to talk to a real person please"}
TAKE = {"es": "Tomar", "en": "Take"}
