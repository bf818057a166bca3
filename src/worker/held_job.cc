#include "worker/job_source.h"
