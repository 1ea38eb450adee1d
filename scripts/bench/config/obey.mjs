// @ts-check
/**
 * From Apply to the uploader's obeying: an engine with a robot whose lines come 50 a second, a file that is written as the Config
 * desk writes it, and the first event of the new group at the local CloudWatch.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeLog } from '../../../build/main/codec/logMessage.js';
import { ros2LogChannel } from '../../../build/main/codec/schemas.js';
import { newRobotText } from '../../../build/main/config/newRobotText.js';
import { Engine } from '../../../build/main/engine/Engine.js';
import { LocalCloudWatch } from '../../../build/main/localcloud/LocalCloudWatch.js';
import { systemClock } from '../../../build/main/seams/Clock.js';
import { rootDir } from '../../setup/paths.mjs';

const lineEveryMs = 20;
const lookEveryMs = 5;
const waitMsMax = 60_000;
/** A long period is not waited for whole. */
const roundSecondsMax = 10;

/**
 * @param {number} rounds
 * @param {number} publishPeriodS `publish_frequency` of the file, in force all the time
 * @returns {Promise<number[]>} milliseconds of each round
 */
export async function measureObeying(rounds, publishPeriodS) {
  const home = mkdtempSync(path.join(tmpdir(), 'tether-bench-config-'));
  const cloud = await LocalCloudWatch.start({ port: 0 });
  const textFor = (/** @type {number} */ round) =>
    newRobotText({ name: 'rover', domainId: 0, cloud: 'local' })
      .replace('"robots"', `"group-${round}"`)
      .replace('publish_frequency: 5.0', `publish_frequency: ${publishPeriodS.toFixed(1)}`);
  mkdirSync(path.join(home, 'robots'));
  writeFileSync(path.join(home, 'robots', 'rover.yaml'), textFor(-1));
  writeFileSync(path.join(home, 'connections.json'), JSON.stringify({ disconnected: ['rover'] }));
  const opened = await Engine.open({
    ...{ home, owner: 'a benchmark', appRoot: rootDir, toolchainFile: null, localCloudEndpoint: cloud.url },
    ...{ openRobots: true, startDemoIfEmpty: false, clock: systemClock, log: () => undefined },
    runtime: { execPath: process.execPath, args: [], environment: {} },
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  const engine = opened.value;
  const session = engine.session('rover');
  if (!session.ok) throw new Error(session.problem.message);
  const { intake } = session.value;
  intake.take({ type: 'channel', channelId: 0, channel: ros2LogChannel('/rosout') });
  const talking = setInterval(() => {
    const stampNs = systemClock.nowNs();
    const data = encodeLog({ stampNs, severity: 'INFO', node: 'nav', message: 'a line' });
    intake.take({ type: 'messages', messages: [{ channelId: 0, data, receivedNs: stampNs }] });
  }, lineEveryMs);
  const times = [];
  try {
    // The first round warms what is loaded and connected once.
    for (let round = 0; round <= rounds; round += 1) {
      // At any moment of the period, and after the moment in which a change before it still counts.
      await sleep(2_000 + Math.random() * 1000 * Math.min(publishPeriodS, roundSecondsMax));
      const file = await engine.files.read('rover');
      if (!file.ok) throw new Error(file.problem.message);
      const appliedMs = Date.now();
      const written = await engine.files.write('rover', textFor(round), file.value.revision);
      if (!written.ok) throw new Error(written.problem.message);
      await engine.fileChanged('rover');
      const obeyedMs = (await arrived(`group-${round}`)) - appliedMs;
      if (round > 0) times.push(obeyedMs);
    }
  } finally {
    clearInterval(talking);
    await engine.close();
    await cloud.stop();
    rmSync(home, { recursive: true, force: true });
  }
  return times;

  /** @param {string} group @returns {Promise<number>} */
  async function arrived(group) {
    for (const endMs = Date.now() + waitMsMax; Date.now() < endMs; await sleep(lookEveryMs)) {
      const [event] = cloud.logEvents(group);
      if (event !== undefined) return event.ingestionTimeMs;
    }
    throw new Error(`nothing came to ${group} within ${waitMsMax} ms`);
  }
}
