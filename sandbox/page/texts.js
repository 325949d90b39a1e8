// Every word of the page, in both languages.

import { keep, recall } from "./small.js";

const TEXTS = {
  es: {
    subtitle: "entorno de prueba", patient: "Paciente", consultant: "Consultor", operator: "Operador",
    message: "Mensaje", send: "Enviar", start: "INICIAR", unblock: "DESBLOQUEAR", block: "Bloquear", more: "Adjuntar y más",
    file: "Foto, PDF, audio…", location: "Ubicación", contact: "Contacto", cancel: "Cancelar", typing: "escribiendo…",
    reply: "Responder a este mensaje", unquote: "Quitar la cita", options: "Opciones", deleted: "Mensaje eliminado",
    edited: "editado", template: "plantilla", lost: "Sin conexión con el entorno de prueba; se reintenta.",
    sent: "enviado", delivered: "entregado", read: "leído", failed: "no entregado", queued: "en camino",
    name: "Nombre", phone: "Teléfono", place: "Nombre del lugar", position: "Latitud, longitud", app: "Aplicación",
    thread: "Conversación", other: "English", theme: "Claro u oscuro", document: "Documento", image: "Foto",
    today: "Hoy", yesterday: "Ayer", close: "Cerrar", voice: "Mensaje de voz", play: "Reproducir", stopSound: "Detener",
    bot: "bot", business: "Cuenta de empresa", someone: "Cambiar de persona", unread: "sin leer",
    newPatient: "Nuevo paciente…", newTitle: "Nuevo paciente", language: "Idioma", add: "Agregar",
    windowLeft: "Ventana de 24 h: quedan {left}", windowOver: "Ventana cerrada: solo llegan plantillas",
    stories: "Historias", stop: "Detener",
    playing: "Historia: {title}", storyDone: "Fin de la historia: {title}", storyStopped: "Historia detenida",
    storyStuck: "La historia no sigue: se esperaba «{wanted}»",
    clock: "Reloj", minutes10: "+10 min", hour: "+1 h", opening: "Próxima apertura", reminder: "Próximo recordatorio", nearly: "+23 h 50", day: "+1 día",
    clockHint: "Solo avanza: para ver recordatorios y horarios.", moved: "adelantado {left}",
    clockRefused: "El reloj no se movió: no hay nada a qué llegar.", nowTime: "Hora de la oficina",
    faults: "Fallas", down: "Proveedor caído", throttled: "Demasiados mensajes (429)", window: "Ventanas cerradas",
    lostAnswer: "Perder la próxima respuesta",
    happened: "Qué pasó", happenedHint: "Toque la «i» junto a un mensaje para ver su recorrido, paso a paso.",
    happenedWith: "Qué pasó con este mensaje", unknown: "El bot todavía no sabe de este mensaje.",
    hopWritten: "Escrito en el teléfono", hopSentBy: "Llegó al teléfono", hopReceived: "Recibido y guardado",
    hopMasked: "Datos ocultados antes de guardar: {what}", hopScreened: "Revisado por señales de peligro: {verdict}",
    hopUnderstood: "Entendido: {label} ({confidence})", hopBy: "Decidió: {by}", hopAnswered: "Contestado con: {keys}",
    hopSilent: "Sin respuesta del asistente", hopWaiting: "Espera su turno", hopCase: "Caso {number}: {reason}, urgencia {urgency}",
    hopOffered: "Ofrecido a {who} por {channel}", hopQueued: "En la cola para {who} ({purpose})",
    hopHanded: "Entregado al proveedor ({state})", hopFailed: "No salió: {error}", hopTries: "{count} intentos",
    hopEntry: "Caso {number}: {kind} {by}", verdictNone: "ninguna", notScreened: "no se revisa",
    skip: "Ir a los teléfonos", nobody: "No hay personas: falta el archivo de la oficina.", controls: "Controles",
  },
  en: {
    subtitle: "sandbox", patient: "Patient", consultant: "Consultant", operator: "Operator",
    message: "Message", send: "Send", start: "START", unblock: "UNBLOCK", block: "Block", more: "Attach and more",
    file: "Photo, PDF, audio…", location: "Location", contact: "Contact", cancel: "Cancel", typing: "typing…",
    reply: "Reply to this message", unquote: "Remove the quote", options: "Options", deleted: "Message deleted",
    edited: "edited", template: "template", lost: "No connection to the sandbox; trying again.",
    sent: "sent", delivered: "delivered", read: "read", failed: "not delivered", queued: "on its way",
    name: "Name", phone: "Phone", place: "Name of the place", position: "Latitude, longitude", app: "Application",
    thread: "Conversation", other: "Español", theme: "Light or dark", document: "Document", image: "Photo",
    today: "Today", yesterday: "Yesterday", close: "Close", voice: "Voice message", play: "Play", stopSound: "Stop",
    bot: "bot", business: "Business account", someone: "Switch person", unread: "unread",
    newPatient: "New patient…", newTitle: "New patient", language: "Language", add: "Add",
    windowLeft: "24-hour window: {left} left", windowOver: "Window closed: only templates arrive",
    stories: "Stories", stop: "Stop",
    playing: "Story: {title}", storyDone: "End of the story: {title}", storyStopped: "Story stopped",
    storyStuck: "The story does not go on: “{wanted}” was expected",
    clock: "Clock", minutes10: "+10 min", hour: "+1 h", opening: "Next opening", reminder: "Next reminder", nearly: "+23 h 50", day: "+1 day",
    clockHint: "It only moves ahead: to see reminders and hours.", moved: "{left} ahead",
    clockRefused: "The clock was not moved: there is nothing to move to.", nowTime: "Time at the office",
    faults: "Faults", down: "Provider down", throttled: "Too many messages (429)", window: "Windows closed",
    lostAnswer: "Lose the next answer",
    happened: "What happened", happenedHint: "Press the “i” beside a message to see its way, hop by hop.",
    happenedWith: "What happened with this message", unknown: "The bot does not know of this message yet.",
    hopWritten: "Written on the phone", hopSentBy: "Arrived on the phone", hopReceived: "Received and stored",
    hopMasked: "Masked before it was stored: {what}", hopScreened: "Screened for danger: {verdict}",
    hopUnderstood: "Understood: {label} ({confidence})", hopBy: "Decided by: {by}", hopAnswered: "Answered with: {keys}",
    hopSilent: "No answer of the assistant", hopWaiting: "Waits for its turn", hopCase: "Case {number}: {reason}, urgency {urgency}",
    hopOffered: "Offered to {who} by {channel}", hopQueued: "Queued for {who} ({purpose})",
    hopHanded: "Handed to the provider ({state})", hopFailed: "Did not go out: {error}", hopTries: "{count} attempts",
    hopEntry: "Case {number}: {kind} {by}", verdictNone: "none", notScreened: "not screened",
    skip: "Go to the phones", nobody: "There are no people: the office file is missing.", controls: "Controls",
  },
};

let current = recall("language") || (navigator.language.startsWith("en") ? "en" : "es");

export function language() { return current; }

export function otherLanguage() { return current === "es" ? "en" : "es"; }

export function speak(chosen) {
  current = chosen;
  keep("language", chosen);
}

export function say(key, values = {}) {
  return Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), TEXTS[current][key]);
}

// A text of a story: one wording for both, or one for each language.
export function worded(told) { return told && told[current] !== undefined ? told[current] : told; }

// The words of everything below `root` that names them: data-text its content, data-name its accessible name.
export function label(root) {
  root.querySelectorAll("[data-text]").forEach((element) => { element.textContent = say(element.dataset.text); });
  root.querySelectorAll("[data-name]").forEach((element) => {
    element.setAttribute("aria-label", say(element.dataset.name));
    element.title = say(element.dataset.name);
  });
}
