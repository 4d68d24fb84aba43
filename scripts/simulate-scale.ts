/**
 * The table of docs/scale.md: what crawls of one million to ten billion pages a week need. `node scripts/simulate-scale.ts [--json]`.
 * Everything follows from the figures below: measured ones name the benchmark, all others are called assumptions.
 */
import { parseArgs } from 'node:util';

/** Per page of six spans, on one core of the machine of docs/performance.md. */
const MEASURED = {
  /** bench/collector.ts, the bytes of a page in OTLP JSON. */
  jsonBytes: 4818,
  /** bench/collector.ts. */
  collectorCpuSecondsPerMillion: 486,
  /** bench/clickhouse.ts: insertFromJson, an upper bound for the exporter's native protocol. */
  clickHouseInsertCpuSecondsPerMillion: 550,
  /** bench/clickhouse.ts 1000000, after merging. */
  clickHouseBytes: 377,
  /** bench/clickhouse.ts 10000: CPU of a report on a small history, planning and the client included. */
  reportCpuSeconds: 2.7,
  /** bench/clickhouse.ts 10000 1000000: what every further million pages in the report's eight weeks adds. */
  reportCpuSecondsPerMillion: 21.2,
};

const ASSUMED = {
  /** CPU that tracing adds to the crawler: two milliseconds a page, as `bench/crawl-share.ts` measures for a semantic crawl. */
  crawlerCpuSecondsPerMillion: 2000,
  /** Share of a core that is planned for; the rest is for peaks. */
  load: 0.5,
  /** The busiest hour against the mean. */
  peak: 3,
  /** Weeks that spans are kept. */
  retentionWeeks: 9,
  /** Copies of every row. */
  replicas: 2,
  /** Hours that Kafka keeps records, so that ClickHouse may be away that long. */
  kafkaHours: 24,
  kafkaReplicas: 3,
  /** Share of the JSON's size that records take in Kafka and on the wire, compressed with zstd. */
  compressed: 0.2,
  /** Share of pages kept by tail sampling (all failures are kept besides) from a billion pages a week on. */
  sampled: 0.1,
  failureShare: 0.05,
  /** Cores of one collector and of one ClickHouse server, and terabytes of its disk. */
  collectorCores: 4,
  serverCores: 32,
  serverTerabytes: 10,
};

const WEEK_SECONDS = 7 * 86_400;
/** Weeks that the figures of a report compare. */
const REPORT_WEEKS = 8;
const SIZES = [1e6, 1e7, 1e8, 1e9, 1e10];

const rows = SIZES.map(simulate);
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
if (values.json) console.log(JSON.stringify({ measured: MEASURED, assumed: ASSUMED, rows }, null, 2));
else {
  const names = Object.keys(rows[0]!);
  console.log(`| ${names.join(' | ')} |\n|${'---:|'.repeat(names.length)}`);
  for (const row of rows) console.log(`| ${Object.values(row).join(' | ')} |`);
}

function simulate(pages: number) {
  const kept = pages >= 1e9 ? pages * (ASSUMED.failureShare + (1 - ASSUMED.failureShare) * ASSUMED.sampled) : pages;
  const cores = (cpuSecondsPerMillion: number, count: number): number =>
    ((cpuSecondsPerMillion * count) / 1e6 / WEEK_SECONDS / ASSUMED.load) * ASSUMED.peak;
  const collectorCores = cores(MEASURED.collectorCpuSecondsPerMillion, pages);
  const insertCores = cores(MEASURED.clickHouseInsertCpuSecondsPerMillion, kept) * ASSUMED.replicas;
  const storedTerabytes = (kept * MEASURED.clickHouseBytes * ASSUMED.retentionWeeks * ASSUMED.replicas) / 1e12;
  const wireBytes = pages * MEASURED.jsonBytes * ASSUMED.compressed;
  const servers = Math.max(insertCores / ASSUMED.serverCores, storedTerabytes / ASSUMED.serverTerabytes);
  return {
    'pages a week': pages.toExponential(0).replace('e+', 'e'),
    'pages/s at peak': Math.ceil((pages / WEEK_SECONDS) * ASSUMED.peak),
    'crawler cores for tracing': show(cores(ASSUMED.crawlerCpuSecondsPerMillion, pages)),
    'collector cores': show(collectorCores),
    collectors: Math.max(1, Math.ceil(collectorCores / ASSUMED.collectorCores)),
    'MB/s to Kafka at peak': show((wireBytes / WEEK_SECONDS / 1e6) * ASSUMED.peak),
    'Kafka TB': show((wireBytes / WEEK_SECONDS / 1e12) * 3600 * ASSUMED.kafkaHours * ASSUMED.kafkaReplicas),
    'pages kept': kept.toExponential(2).replace('e+', 'e'),
    'ClickHouse TB': show(storedTerabytes),
    'insert cores': show(insertCores),
    'report CPU s': show(MEASURED.reportCpuSeconds + (MEASURED.reportCpuSecondsPerMillion * kept * REPORT_WEEKS) / 1e6),
    'ClickHouse servers': Math.max(1, Math.ceil(servers / ASSUMED.replicas) * ASSUMED.replicas),
  };
}

function show(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}
