// Must trip nothing, close as it is to bidi_override_in_comment.
/* Hebrew: שלום, marked with ‏ only */
const greeting = "hello";
