#include "header_check.h"
