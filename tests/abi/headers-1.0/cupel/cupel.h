#ifndef CUPEL_CUPEL_H_
#define CUPEL_CUPEL_H_
#include <stdint.h>
#include "cupel/base.h"
#include "cupel/boefje.h"
#include "cupel/dedup.h"
#include "cupel/environment.h"
#include "cupel/export.h"
#include "cupel/job.h"
#include "cupel/plugin.h"
#include "cupel/plugin_use.h"
#include "cupel/plugins.h"
#include "cupel/queue.h"
#include "cupel/registry.h"
#include "cupel/report.h"
#include "cupel/rules.h"
#include "cupel/scanner.h"
#include "cupel/schema.h"
#include "cupel/settings.h"
#include "cupel/version.h"
#include "cupel/worker.h"
#ifdef __cplusplus
extern "C" {
#endif
CUPEL_API uint32_t cupel_version(void);
CUPEL_API const char* cupel_version_string(void);
CUPEL_API uint32_t cupel_abi_version(void);
CUPEL_API const char* cupel_build_info(void);
#ifdef __cplusplus
}
#endif
#endif
