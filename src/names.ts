/**
 * The names shared by the writer (instrumentation) and the reader (analyzer). Standard OpenTelemetry names are used where one
 * exists; `crawl.*` names are ours. Files already written must stay readable, so a name here never changes meaning.
 */

export const SCOPE_NAME = 'crawlscope';

export const SPAN_RUN = 'crawl.run';
export const SPAN_PAGE = 'crawl.page';
export const STAGE_PAGE = 'page';
export const EVENT_EXCEPTION = 'exception';

export const ATTR_URL_FULL = 'url.full';
export const ATTR_URL_DOMAIN = 'url.domain';
export const ATTR_STAGE = 'crawl.stage';
export const ATTR_RETRY_COUNT = 'crawl.retry.count';
export const ATTR_RETRY_SCHEDULED = 'crawl.retry.scheduled';
export const ATTR_MODEL_VERSION = 'crawl.model.version';
export const ATTR_RUN_ID = 'crawl.run.id';
export const ATTR_CONFIG_HASH = 'crawl.config.hash';
export const ATTR_RANDOM_SEED = 'crawl.random_seed';
/** Versions of models and libraries in force, `name@version` each; hardware as `key=value` each. */
export const ATTR_RUN_VERSIONS = 'crawl.run.versions';
export const ATTR_RUN_HARDWARE = 'crawl.run.hardware';
export const ATTR_RUN_SAMPLES = 'crawl.run.samples';
export const ATTR_RUN_PASS_RATE = 'crawl.run.pass_rate';
export const ATTR_CLASSIFICATION_METHOD = 'crawl.classification.method';
export const ATTR_THRESHOLD_VALUE = 'crawl.threshold.value';
export const ATTR_THRESHOLD_PASSED = 'crawl.threshold.passed';
export const ATTR_PAGE_SCORE = 'crawl.page.score';
export const ATTR_PAGE_CATEGORY = 'crawl.page.category';
export const ATTR_PAGE_TAGS = 'crawl.page.tags';
export const ATTR_PAGE_TAG_SCORES = 'crawl.page.tag_scores';
export const ATTR_PAGE_LENGTH = 'crawl.page.length';
export const ATTR_PAGE_CONTENT_HASH = 'crawl.page.content_hash';
export const ATTR_PAGE_DEPTH = 'crawl.page.depth';
export const ATTR_EXTRACTION_METHOD = 'crawl.extraction.method';
export const ATTR_EMBEDDING_ID = 'crawl.embedding.id';
export const ATTR_CACHE_HIT = 'crawl.cache.hit';
export const ATTR_CACHE_NAME = 'crawl.cache.name';
export const ATTR_QUEUE_WAIT = 'crawl.queue.wait';
export const ATTR_LINK_TYPE = 'crawl.link.type';
export const LINK_DISCOVERED_BY = 'discovered_by';
export const LINK_RUN = 'run';
/** How many spans a sampled one stands for; missing where it stands for itself. */
export const ATTR_SAMPLING_WEIGHT = 'crawl.sampling.weight';
export const ATTR_OUTCOME = 'crawl.outcome';
export const ATTR_USER_AGENT = 'user_agent.original';
export const ATTR_HTTP_METHOD = 'http.request.method';
export const ATTR_HTTP_STATUS = 'http.response.status_code';
export const ATTR_HTTP_BODY_SIZE = 'http.response.body.size';
export const ATTR_HTTP_RESEND_COUNT = 'http.request.resend_count';
export const ATTR_SERVER_ADDRESS = 'server.address';
export const ATTR_SERVER_PORT = 'server.port';
export const ATTR_GEN_AI_OPERATION = 'gen_ai.operation.name';
export const ATTR_GEN_AI_PROVIDER = 'gen_ai.provider.name';
export const ATTR_GEN_AI_MODEL = 'gen_ai.request.model';
export const ATTR_GEN_AI_DIMENSIONS = 'gen_ai.embeddings.dimension.count';
export const ATTR_GEN_AI_INPUT_TOKENS = 'gen_ai.usage.input_tokens';
export const ATTR_DB_SYSTEM = 'db.system.name';
export const ATTR_DB_COLLECTION = 'db.collection.name';
export const ATTR_DB_OPERATION = 'db.operation.name';
export const ATTR_DB_BATCH_SIZE = 'db.operation.batch.size';

export const ATTR_ERROR_TYPE = 'error.type';
export const ATTR_EXCEPTION_TYPE = 'exception.type';
export const ATTR_EXCEPTION_MESSAGE = 'exception.message';
export const ATTR_EXCEPTION_STACKTRACE = 'exception.stacktrace';
/** What replaces a secret in a URL. */
export const REDACTED = 'REDACTED';
export const LOG_LABEL = 'crawl.label';
/** Takes a label back: a record is never deleted. */
export const LOG_LABEL_UNDONE = 'crawl.label.undone';
export const ATTR_LABEL_ID = 'crawl.label.id';
export const LOG_HEALTH = 'crawl.health';
export const ATTR_HEALTH_STATUS = 'crawl.health.status';
/** Followed by `<check>.status`, `.value` and `.limit`. */
export const ATTR_HEALTH_CHECK = 'crawl.health.check';
/** Written when a run starts, so that a crash leaves its record: the attributes of its `crawl.run` span. */
export const LOG_RUN = 'crawl.run.started';
export const ATTR_LABEL_VERDICT = 'crawl.label.verdict';
export const ATTR_LABEL_REASON = 'crawl.label.reason';
export const ATTR_LABEL_CATEGORY = 'crawl.label.corrected_category';
export const ATTR_LABEL_TAGS = 'crawl.label.corrected_tags';
export const ATTR_LABEL_BY = 'crawl.label.corrected_by';
export const ATTR_LABEL_TRACE_ID = 'crawl.label.trace_id';
/** Why the page was suggested for a person's look, where it was. */
export const ATTR_LABEL_SAMPLING = 'crawl.label.sampling_reason';
export const METRIC_PAGE_DURATION = 'crawl.page.duration';
export const METRIC_STAGE_DURATION = 'crawl.stage.duration';
export const METRIC_PAGES = 'crawl.pages';
export const METRIC_RETRIES = 'crawl.retries';
export const METRIC_CACHE_LOOKUPS = 'crawl.cache.lookups';
export const METRIC_QUEUE_SIZE = 'crawl.queue.size';
export const METRIC_QUEUE_WAIT = 'crawl.queue.wait';
export const METRIC_STORE_SIZE = 'crawl.store.size';
export const METRIC_PROCESS_COUNT = 'crawl.process.count';
export const METRIC_TELEMETRY_DROPPED = 'crawl.telemetry.dropped';
