import { afterEach, describe, expect, it } from 'vitest';
import { MessageChannel } from 'node:worker_threads';
import type { RobotFrame } from '../../main/contract/frames.js';
import { packFrame } from '../../main/contract/packedFrame.js';
import type { PageMessage } from '../../main/contract/port.js';
import { EngineLink, type PagePort } from './EngineLink.js';

const frame: RobotFrame = {
  type: 'robot',
  robot: 'rover-7',
  sequence: 3,
  fresh: true,
  rows: [],
  rowsLeftOut: 0,
  states: [],
  series: [],
};

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

function connect() {
  const taken: string[] = [];
  const link = new EngineLink({
    takeRobotFrame: (robotFrame) => taken.push(`robot ${robotFrame.sequence}`),
    takeStatusFrame: () => taken.push('status'),
    takeConnection: () => taken.push('connection'),
  });
  const open = () => {
    const { port1, port2 } = new MessageChannel();
    closers.push(() => {
      port1.close();
      port2.close();
    });
    const heard: PageMessage[] = [];
    const waiting: ((message: PageMessage) => void)[] = [];
    port2.on('message', (message: PageMessage) => {
      heard.push(message);
      waiting.shift()?.(message);
    });
    link.attach(port1 as unknown as PagePort);
    return {
      heard,
      engine: port2,
      next: () => new Promise<PageMessage>((resolve) => waiting.push(resolve)),
    };
  };
  return { link, taken, open };
}

describe('EngineLink', () => {
  it('answers a call with its checked output', async () => {
    const { link, open } = connect();
    const { engine, next } = open();
    const heard = next();
    const result = link.call('robots.startDemo', {});
    const call = await heard;
    expect(call).toMatchObject({ type: 'call', name: 'robots.startDemo', input: {} });
    engine.postMessage({
      type: 'answer',
      id: call.type === 'call' ? call.id : 0,
      result: { ok: true, value: { robot: 'demo' } },
    });
    expect(await result).toEqual({ ok: true, value: { robot: 'demo' } });
  });
  it('refuses an answer of the wrong shape', async () => {
    const { link, open } = connect();
    const { engine } = open();
    const result = link.call('robots.startDemo', {});
    engine.postMessage({ type: 'answer', id: 1, result: { ok: true, value: { robot: 7 } } });
    expect(await result).toMatchObject({ ok: false, problem: { code: 'bad-answer' } });
  });
  it('hands problems on', async () => {
    const { link, open } = connect();
    const { engine } = open();
    const result = link.call('robots.startDemo', {});
    const problem = { code: 'offline', message: 'No link.', nextStep: 'Wait.' };
    engine.postMessage({ type: 'answer', id: 1, result: { ok: false, problem } });
    expect(await result).toEqual({ ok: false, problem });
  });
  it('times out', async () => {
    const { link, open } = connect();
    open();
    expect(await link.call('robots.startDemo', {}, 1)).toMatchObject({ ok: false, problem: { code: 'timeout' } });
  });
  it('says so when there is no engine, and ends open calls when a new port comes', async () => {
    const { link, taken, open } = connect();
    expect(await link.call('robots.startDemo', {})).toMatchObject({ ok: false, problem: { code: 'engine-gone' } });
    open();
    const result = link.call('robots.startDemo', {});
    open();
    expect(await result).toMatchObject({ ok: false, problem: { code: 'engine-gone' } });
    expect(taken).toEqual(['connection', 'connection']);
  });
  it('acknowledges a robot frame after it was taken', async () => {
    const { taken, open } = connect();
    const { engine, next } = open();
    const heard = next();
    engine.postMessage(packFrame(frame));
    expect(await heard).toEqual({ type: 'ack', sequence: 3 });
    expect(taken).toEqual(['connection', 'robot 3']);
  });
});
