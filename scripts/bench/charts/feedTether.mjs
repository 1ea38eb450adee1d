// @ts-check
/**
 * Runs inside Tether's own page, and stands in for the engine: it hands the page a port as the preload does, tells of one robot, and
 * sends the frames of hours within minutes, as the real engine would (never more than two that are not taken in). The page, its
 * stores and its charts are the product's.
 * @param {{ series: number, hz: number, hours: number, status: object }} options
 * @returns {Promise<{ samples: number, seconds: number }>}
 */
export async function feedTether({ series, hz, hours, status }) {
  const { port1, port2 } = new MessageChannel();
  let unacknowledged = 0;
  let sequence = 0;
  let isWatched = false;
  /** @type {(() => void)[]} */
  const waiting = [];
  port1.onmessage = ({ data }) => {
    if (data.type === 'ack') {
      unacknowledged -= 1;
      for (const go of waiting.splice(0)) go();
      return;
    }
    if (data.name === 'live.watch') isWatched = data.input.robot === 'bench';
    const value =
      data.name === 'metrics.history'
        ? { series: [], records: 0, reachedMs: null }
        : data.name === 'metrics.sent'
          ? { sent: data.input.metrics.map(() => true) }
          : {};
    port1.postMessage({ type: 'answer', id: data.id, result: { ok: true, value } });
  };
  window.postMessage({ type: 'tether:port' }, window.location.origin, [port2]);
  const tell = () => {
    const link = { choice: 'auto', detected: null, metered: false, limitBytesPerS: null };
    port1.postMessage({ type: 'status', atMs: Date.now(), robots: [status], home: '/', rosProblem: null, link });
  };
  tell();
  setInterval(tell, 500);
  while (!isWatched) await new Promise((resolve) => setTimeout(resolve, 20));

  const stepMs = 1000 / hz;
  /** @param {number} index @param {number} timeMs */
  const valueOf = (index, timeMs) =>
    50 + 30 * Math.sin(timeMs / (20_000 + index * 700)) + 8 * Math.sin(timeMs / 317) + (index % 7) * Math.random();
  /** @param {number} fromMs @param {number} untilMs */
  const send = async (fromMs, untilMs) => {
    while (unacknowledged >= 2) await new Promise((resolve) => waiting.push(() => resolve(undefined)));
    unacknowledged += 1;
    sequence += 1;
    const updates = Array.from({ length: series }, (_, index) => {
      const samples = [];
      for (let timeMs = fromMs; timeMs < untilMs; timeMs += stepMs)
        samples.push({ stampMs: timeMs, value: valueOf(index, timeMs) });
      const name = `metric_${String(index).padStart(3, '0')}`;
      return {
        key: name,
        name,
        unit: 'Percent',
        dimensions: [{ name: 'joint', value: `joint_${index % 20}` }],
        samples,
      };
    });
    const none = new Float64Array(0);
    const rows = { ids: none, stampsMs: none, receivedMs: none, messages: [], speakers: [], gaps: [] };
    port1.postMessage({
      ...{ type: 'robot', robot: 'bench', sequence, fresh: sequence === 1, rows, rowsLeftOut: 0 },
      ...{ states: [], series: updates },
    });
  };
  const startedMs = performance.now();
  const endMs = Math.floor(Date.now() / 1000) * 1000;
  const beginMs = endMs - hours * 3_600_000;
  const frameMs = 30_000;
  let reachedMs = beginMs;
  for (; reachedMs < endMs; reachedMs += frameMs) await send(reachedMs, Math.min(endMs, reachedMs + frameMs));
  const seconds = (performance.now() - startedMs) / 1000;
  let liveMs = endMs;
  // From here on in real time.
  setInterval(() => {
    const untilMs = Math.floor(Date.now() / stepMs) * stepMs;
    if (untilMs <= liveMs || unacknowledged >= 2) return;
    void send(liveMs, untilMs);
    liveMs = untilMs;
  }, 33);
  return { samples: series * hz * hours * 3600, seconds };
}
