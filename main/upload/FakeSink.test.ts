import { cloudSinkContract } from './cloudSinkContract.test-support.js';
import { FakeSink } from './FakeSink.test-support.js';

cloudSinkContract('the fake', () => {
  const sink = new FakeSink(Date.now);
  sink.mayRead = true;
  return Promise.resolve({
    sink,
    messages: () => sink.events.map(({ message }) => message),
    values: () => sink.data.map(({ value }) => value),
    failNext: (fault) => sink.faults.push(fault),
    hasTakenHanging: () => sink.requests.length > 0,
    stop: () => Promise.resolve(),
  });
});
