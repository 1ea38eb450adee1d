// @ts-check
/**
 * The OpenTelemetry Collector's persistent queue: a file of lines is read by `filelog` in batches of 100 and put into the queue of an
 * exporter whose endpoint is dead; `file_storage` has `fsync: true`. A record counts when the queue has taken it. The Collector is
 * built from its own builder with only these three parts.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PeerMissing, isOnPath, peersFolder } from './folder.mjs';
import { freePort } from './freePort.mjs';
import { writeLines } from './linesFile.mjs';
import { Program } from './Program.mjs';
import { run } from './run.mjs';

const version = 'v0.160.0';
const contrib = 'github.com/open-telemetry/opentelemetry-collector-contrib';
const folder = path.join(peersFolder, 'otel');
const binary = path.join(folder, 'build', 'otelcol-bench');
const startMsMax = 30_000;
const idleMsMax = 30_000;
const sampleMs = 20;

const manifest = `
dist:
  name: otelcol-bench
  output_path: ./build
extensions:
  - gomod: ${contrib}/extension/storage/filestorage ${version}
receivers:
  - gomod: ${contrib}/receiver/filelogreceiver ${version}
exporters:
  - gomod: go.opentelemetry.io/collector/exporter/otlphttpexporter ${version}
`;

/** Builds the Collector if this clone does not have it yet; takes some minutes. */
export async function setUpOpenTelemetry() {
  if (existsSync(binary)) return;
  if (!isOnPath('go')) throw new PeerMissing('it is built with Go, which is not there');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'builder.yaml'), manifest);
  const builder = `go.opentelemetry.io/collector/cmd/builder@${version}`;
  await run('go', ['run', builder, '--config', 'builder.yaml'], { cwd: folder, env: { CGO_ENABLED: '0' } });
}

/**
 * @param {string} parent an empty folder of this run
 * @param {{ records: number }} options
 * @returns {Promise<{ recordsPerS: number }>}
 */
export async function measureOpenTelemetry(parent, { records }) {
  const place = path.join(parent, 'otel');
  await mkdir(path.join(place, 'in'), { recursive: true });
  const [metricsPort, deadPort] = [await freePort(), await freePort()];
  const config = path.join(place, 'collector.yaml');
  writeFileSync(config, configOf(place, metricsPort, deadPort));
  await writeLines(path.join(place, 'lines'), records);
  const program = new Program(binary, ['--config', config]);
  try {
    const until = performance.now() + startMsMax;
    while ((await readMetrics(metricsPort)) === null) {
      program.check();
      if (performance.now() > until) throw new PeerMissing('its metrics do not come');
      await sleep(100);
    }
    await rename(path.join(place, 'lines'), path.join(place, 'in', 'lines.log'));
    return await untilQueued(program, metricsPort, records);
  } finally {
    await program.end();
    await rm(place, { recursive: true, force: true });
  }
}

/**
 * @param {Program} program
 * @param {number} port
 * @param {number} records
 */
async function untilQueued(program, port, records) {
  /** @type {{ atMs: number, queued: number } | null} */
  let first = null;
  let last = { atMs: performance.now(), queued: 0 };
  while (last.queued < records) {
    program.check();
    const text = await readMetrics(port);
    const queued = Number(/^otelcol_exporter_queue_size\{[^}]*\} ([\d.e+]+)$/m.exec(text ?? '')?.[1] ?? 0);
    const atMs = performance.now();
    if (queued > last.queued) {
      last = { atMs, queued };
      first ??= last;
    }
    if (atMs - last.atMs > idleMsMax)
      throw new PeerMissing(`its queue stopped at ${last.queued} of ${records} records`);
    await sleep(sampleMs);
  }
  if (first === null || first === last) throw new PeerMissing('it was too quick to be measured');
  return { recordsPerS: ((last.queued - first.queued) * 1000) / (last.atMs - first.atMs) };
}

/** @param {number} port */
async function readMetrics(port) {
  try {
    return await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  } catch {
    return null;
  }
}

/**
 * @param {string} place
 * @param {number} metricsPort
 * @param {number} deadPort
 */
function configOf(place, metricsPort, deadPort) {
  return `
extensions:
  file_storage:
    directory: ${place}/storage
    create_directory: true
    fsync: true
receivers:
  filelog:
    include: ['${place}/in/*.log']
    start_at: beginning
exporters:
  otlp_http:
    endpoint: http://127.0.0.1:${deadPort}
    retry_on_failure: { enabled: true, max_elapsed_time: 0s }
    sending_queue: { enabled: true, sizer: items, queue_size: 100000000, num_consumers: 1, storage: file_storage }
service:
  extensions: [file_storage]
  telemetry:
    metrics:
      readers: [{ pull: { exporter: { prometheus: { host: 127.0.0.1, port: ${metricsPort} } } } }]
  pipelines:
    logs: { receivers: [filelog], exporters: [otlp_http] }
`;
}
