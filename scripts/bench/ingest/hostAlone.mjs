// @ts-check
/** Our robot host and the source that it hands its batches to, which only counts. Argument: the domain. */
import { answer, ownCpuS } from './answer.mjs';
import { benchSource } from './benchSource.mjs';
import { cpuSOf } from './childCpu.mjs';

const source = benchSource(Number(process.argv[2]));
let received = 0;
let lost = 0;
await source.start((event) => {
  if (event.type === 'messages') received += event.messages.length;
  if (event.type === 'loss') lost += event.loss.count;
});
answer({
  received: () => received,
  lost: () => lost,
  cpuS: () => ownCpuS() + cpuSOf(source.status().hostPid),
  end: () => source.stop(),
});
