// The constants: values that were given out stay what they are. See
// layout_check.h.
#include "layout_check.h"

static_assert(
    CUPEL_STATUS_OK == 0 && CUPEL_STATUS_CANCELLED == 1 &&
        CUPEL_STATUS_UNKNOWN == 2 && CUPEL_STATUS_INVALID_ARGUMENT == 3 &&
        CUPEL_STATUS_DEADLINE_EXCEEDED == 4 && CUPEL_STATUS_NOT_FOUND == 5 &&
        CUPEL_STATUS_ALREADY_EXISTS == 6 &&
        CUPEL_STATUS_PERMISSION_DENIED == 7 &&
        CUPEL_STATUS_RESOURCE_EXHAUSTED == 8 &&
        CUPEL_STATUS_FAILED_PRECONDITION == 9 && CUPEL_STATUS_ABORTED == 10 &&
        CUPEL_STATUS_OUT_OF_RANGE == 11 && CUPEL_STATUS_UNIMPLEMENTED == 12 &&
        CUPEL_STATUS_INTERNAL == 13 && CUPEL_STATUS_UNAVAILABLE == 14 &&
        CUPEL_STATUS_DATA_LOSS == 15 && CUPEL_STATUS_UNAUTHENTICATED == 16,
    "cupel_status");
static_assert(CUPEL_SEVERITY_ERROR == 0 && CUPEL_SEVERITY_WARNING == 1,
              "cupel_severity");
static_assert(CUPEL_RULES_SKIP_BROKEN == 1 &&
                  CUPEL_RULES_ALLOW_FOREIGN_COMPILED == 2 &&
                  CUPEL_RULES_NO_PARTITION == 4 && CUPEL_RULES_LOAD_ALL == 8,
              "CUPEL_RULES_*");
static_assert(CUPEL_RULE_ENGINE_CUPEL == 0 && CUPEL_RULE_ENGINE_LIBYARA == 1,
              "cupel_rule_engine");
static_assert(CUPEL_CONTAINERS_AUTO == 0 && CUPEL_CONTAINERS_ALWAYS == 1 &&
                  CUPEL_CONTAINERS_NEVER == 2,
              "cupel_container_mode");
static_assert(CUPEL_SCAN_NO_UNPACK == 1 && CUPEL_SCAN_NO_EXCERPTS == 2 &&
                  CUPEL_SCAN_NO_DEDUP == 4 && CUPEL_SCAN_ANY_FILETYPE == 8,
              "CUPEL_SCAN_*");
static_assert(CUPEL_SELECT_NAMESPACE == 0 && CUPEL_SELECT_TAG == 1 &&
                  CUPEL_SELECT_NAME == 2 && CUPEL_SELECT_META == 3,
              "cupel_select_by");
static_assert(CUPEL_VERDICT_UNKNOWN == 0 && CUPEL_VERDICT_CLEAN == 1 &&
                  CUPEL_VERDICT_MATCHED == 2,
              "cupel_verdict");
static_assert(CUPEL_COVERAGE_NONE == 0 && CUPEL_COVERAGE_PARTIAL == 1 &&
                  CUPEL_COVERAGE_COMPLETE == 2,
              "cupel_coverage");
static_assert(CUPEL_REPORT_JSON == 0 && CUPEL_REPORT_NDJSON == 1 &&
                  CUPEL_REPORT_TEXT == 2,
              "cupel_report_format");
static_assert(CUPEL_REPORT_INDENT == 1 && CUPEL_REPORT_NO_TIMING == 2 &&
                  CUPEL_REPORT_COLOR == 4 && CUPEL_REPORT_ALL_FILES == 8,
              "CUPEL_REPORT_*");
static_assert(CUPEL_UNLIMITED == UINT64_MAX, "CUPEL_UNLIMITED");
static_assert(CUPEL_JOB_ANY == 0 && CUPEL_JOB_TASK == 1 &&
                  CUPEL_JOB_TASK_POP == 2 &&
                  CUPEL_JOB_PAGINATED_TASKS_RESPONSE == 3 &&
                  CUPEL_JOB_QUEUE == 4 && CUPEL_JOB_BOEFJE_META == 5 &&
                  CUPEL_JOB_RAW_DATA_META == 6 &&
                  CUPEL_JOB_NORMALIZER_META == 7 && CUPEL_JOB_FILE == 8 &&
                  CUPEL_JOB_BOEFJE_OUTPUT == 9 &&
                  CUPEL_JOB_BOEFJE_INPUT == 10 &&
                  CUPEL_JOB_NORMALIZER_OBSERVATION == 11 &&
                  CUPEL_JOB_NORMALIZER_DECLARATION == 12 &&
                  CUPEL_JOB_NORMALIZER_AFFIRMATION == 13 &&
                  CUPEL_JOB_DECLARED_SCAN_PROFILE == 14 &&
                  CUPEL_JOB_NORMALIZER_RESULTS == 15 && CUPEL_JOB_OOI == 16,
              "cupel_job_kind");
static_assert(CUPEL_JOB_INDENT == 1 && CUPEL_JOB_REVEAL == 2, "CUPEL_JOB_*");
static_assert(CUPEL_TASK_PENDING == 0 && CUPEL_TASK_QUEUED == 1 &&
                  CUPEL_TASK_DISPATCHED == 2 && CUPEL_TASK_RUNNING == 3 &&
                  CUPEL_TASK_COMPLETED == 4 && CUPEL_TASK_FAILED == 5 &&
                  CUPEL_TASK_CANCELLED == 6,
              "cupel_task_status");
static_assert(CUPEL_ORIGIN_SETTINGS == 0 && CUPEL_ORIGIN_SYSTEM == 1 &&
                  CUPEL_ORIGIN_DEFAULT == 2,
              "cupel_environment_origin");
static_assert(CUPEL_ENVIRONMENT_DEFAULTS == 1 &&
                  CUPEL_ENVIRONMENT_PROCESS == 2 && CUPEL_ENTRY_SECRET == 1 &&
                  CUPEL_ENTRY_CONVERTED == 2 && CUPEL_VALUES_REVEAL == 1,
              "flags of environments");
static_assert(CUPEL_SEAL_CUPEL == 0 && CUPEL_SEAL_OPENKAT_NACL_SEALBOX == 1 &&
                  CUPEL_SEAL_OPENKAT_IDENTITY == 2,
              "cupel_seal_format");
static_assert(CUPEL_VARIABLES_PROCESS == 1 &&
                  CUPEL_SETTINGS_ALLOW_IDENTITY == 1 &&
                  CUPEL_SETTINGS_REVEAL == 1,
              "flags of settings");
static_assert(CUPEL_REGISTRY_ALLOW_IDENTITY == 1 &&
                  CUPEL_REGISTRY_DEDUPLICATE == 2,
              "CUPEL_REGISTRY_*");
static_assert(CUPEL_DEDUP_INSTALL == 1 && CUPEL_DEDUP_ORGANISATION == 2 &&
                  CUPEL_DEDUP_PLUGIN == 4,
              "CUPEL_DEDUP_*");
static_assert(CUPEL_PLUGINS_NO_BUILTIN == 1 && CUPEL_PLUGINS_ENVIRONMENT == 2 &&
                  CUPEL_PLUGINS_NO_NETWORK == 4 &&
                  CUPEL_PLUGINS_NO_FILES == 8 && CUPEL_PLUGINS_REVEAL == 1 &&
                  CUPEL_OPTION_JSON == 1 && CUPEL_PLUGIN_INPUT_BASE64 == 1 &&
                  CUPEL_INSTALL_UPGRADE == 1,
              "flags of plugins");
static_assert(CUPEL_OPTION_DEFAULT == 0 && CUPEL_OPTION_MANIFEST == 1 &&
                  CUPEL_OPTION_CONFIG_FILE == 2 &&
                  CUPEL_OPTION_ENVIRONMENT == 3 &&
                  CUPEL_OPTION_COMMAND_LINE == 4 && CUPEL_OPTION_CALL == 5,
              "cupel_option_origin");
static_assert(CUPEL_METHOD_DEFAULT == 0 && CUPEL_METHOD_INGEST == 1 &&
                  CUPEL_METHOD_READ == 2 && CUPEL_METHOD_SCAN == 3 &&
                  CUPEL_METHOD_EXTRACT == 4 && CUPEL_METHOD_CARVE == 5 &&
                  CUPEL_METHOD_DECODE == 6 && CUPEL_METHOD_DECORATE == 7 &&
                  CUPEL_METHOD_SAVE == 8 && CUPEL_METHOD_NORMALIZE == 9 &&
                  CUPEL_METHOD_CONNECT == 10 && CUPEL_METHOD_DISCONNECT == 11 &&
                  CUPEL_METHOD_GET_FILE == 12 && CUPEL_METHOD_HEARTBEAT == 13,
              "cupel_plugin_method");
static_assert(CUPEL_PLUGIN_SOURCE == 1 && CUPEL_PLUGIN_READER == 2 &&
                  CUPEL_PLUGIN_WORKER == 3 && CUPEL_PLUGIN_EXTRACTOR == 4 &&
                  CUPEL_PLUGIN_CARVER == 5 && CUPEL_PLUGIN_DECODER == 6 &&
                  CUPEL_PLUGIN_DECORATOR == 7 && CUPEL_PLUGIN_CONNECTOR == 8 &&
                  CUPEL_PLUGIN_NORMALIZER == 9,
              "cupel_plugin_category");
static_assert(CUPEL_TIER_BUILTIN == 1 && CUPEL_TIER_PROCESS == 2 &&
                  CUPEL_TIER_OCI == 3 && CUPEL_NEEDS_NETWORK == 1 &&
                  CUPEL_NEEDS_FILES == 2 && CUPEL_PLUGIN_REENTRANT == 1 &&
                  CUPEL_CHILD_NO_SCAN == 1 && CUPEL_CHILD_SAVE == 2 &&
                  CUPEL_PLUGIN_ABI == 1,
              "what a plugin's table is made of");
static_assert(CUPEL_DOCUMENT_CUPEL == 0 && CUPEL_DOCUMENT_STOQ1 == 1 &&
                  CUPEL_DOCUMENT_STOQ3 == 2 && CUPEL_DOCUMENT_SPLIT == 1 &&
                  CUPEL_DOCUMENT_FLATTEN == 2 && CUPEL_DOCUMENT_QUIRKS == 4 &&
                  CUPEL_DOCUMENT_INDENT == 8 &&
                  CUPEL_DOCUMENT_NO_TIMING == 16 && CUPEL_USE_NO_CONSUMES == 1,
              "what a scan is told of plugins");
static_assert(CUPEL_QUEUE_FAILURE_FINAL == 1, "what a failure says");
static_assert(CUPEL_RUN_PROCESS_VARIABLES == 1 && CUPEL_RUN_DEFAULTS == 2 &&
                  CUPEL_RUN_NO_NETWORK == 4,
              "CUPEL_RUN_*");
static_assert(CUPEL_LOG_DEBUG == 0 && CUPEL_LOG_INFO == 1 &&
                  CUPEL_LOG_WARNING == 2 && CUPEL_LOG_ERROR == 3,
              "cupel_log_level");
static_assert(CUPEL_WORKER_CHECK_TEXT == 1, "CUPEL_WORKER_*");
static_assert(CUPEL_SQL_DIALECT_POSTGRESQL == 1, "cupel_sql_dialect");
static_assert(CUPEL_SQL_READ_ONLY == 1, "flags of cupel_sql_open");
static_assert(CUPEL_SQL_NULL == 0 && CUPEL_SQL_INTEGER == 1 &&
                  CUPEL_SQL_TEXT == 2 && CUPEL_SQL_BLOB == 3,
              "cupel_sql_kind");
static_assert(CUPEL_SQL_EXCLUSIVE == 1 && CUPEL_SQL_SHARED == 2,
              "cupel_sql_mode");
