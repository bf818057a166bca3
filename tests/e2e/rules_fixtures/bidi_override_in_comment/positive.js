// Trips bidi_override_in_comment.
throw new Error("a fixture: never run");
/* ‮ } ⁦if (admin)⁩ ⁦ begin */
