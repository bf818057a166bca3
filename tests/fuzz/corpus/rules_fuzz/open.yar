include "x"
/* open