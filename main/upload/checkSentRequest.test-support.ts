/**
 * Checks a captured request against the documented rules of PutLogEvents and PutMetricData. It shares nothing with the
 * packers: the numbers are written down here once more, from the API references, and the request is read from its bytes.
 */

const kib = 1024;
const logs = { events: 10_000, bytes: 1_048_576, overhead: 26, spanMs: 86_400_000 };
const metrics = { data: 1_000, bytes: 1_000_000, dimensions: 30, name: 255, value: kib, magnitude: 2 ** 360 };
const pastMs = 14 * 86_400_000;
const aheadMs = 2 * 3_600_000;

export interface CapturedRequest {
  /** The part of `x-amz-target` after the dot. */
  readonly operation: string;
  /** Not compressed any more. */
  readonly body: Uint8Array;
  /** As they went over the wire. */
  readonly wireBytes: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** What is wrong with it, in words; nothing for a request that keeps all rules, and for other operations. */
export function checkSentRequest({ operation, body, wireBytes }: CapturedRequest, nowMs: number): readonly string[] {
  if (operation !== 'PutLogEvents' && operation !== 'PutMetricData') return [];
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return ['not UTF-8'];
  }
  const input = JSON.parse(text) as Fields;
  if (operation === 'PutLogEvents') return [...checkLogPlace(input), ...checkEvents(input['logEvents'] as Fields[])];
  const data = input['MetricData'] as Fields[];
  return [
    ...unless(body.length <= metrics.bytes && wireBytes <= metrics.bytes, `a body of ${body.length} bytes`),
    ...unless(matches(input['Namespace'], /^[^:][\x21-\x7e \t]{0,254}$/), 'the namespace'),
    ...unless(data.length >= 1 && data.length <= metrics.data, `${data.length} data`),
    ...data.flatMap((datum) => checkDatum(datum, nowMs)),
  ];
}

function checkLogPlace(input: Fields): readonly string[] {
  return [
    ...unless(matches(input['logGroupName'], /^[.\-_/#A-Za-z0-9]{1,512}$/), 'the group name'),
    ...unless(matches(input['logStreamName'], /^[^:*]{1,512}$/), 'the stream name'),
  ];
}

function checkEvents(events: readonly Fields[]): readonly string[] {
  const times = events.map(({ timestamp }) => timestamp as number);
  const sizes = events.map(({ message }) => Buffer.byteLength(message as string) + logs.overhead);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return [
    ...unless(events.length >= 1 && events.length <= logs.events, `${events.length} events`),
    ...unless(bytes <= logs.bytes, `${bytes} bytes of events`),
    ...unless(
      sizes.every((size) => size > logs.overhead && size <= logs.bytes),
      'an event that is empty or too long',
    ),
    ...unless(times.every(Number.isSafeInteger), 'a time that is not whole milliseconds'),
    ...unless(
      times.every((time, index) => time >= (times[index - 1] ?? time)),
      'times that go back',
    ),
    ...unless(spanMs <= logs.spanMs, `a span of ${spanMs} ms`),
  ];
}

function checkDatum(datum: Fields, nowMs: number): readonly string[] {
  const dimensions = (datum['Dimensions'] ?? []) as Fields[];
  // awsJson 1.0: seconds since the epoch, with a fraction.
  const timestampMs = Number(datum['Timestamp']) * 1000;
  const names = dimensions.map(({ Name }) => Name);
  return [
    ...unless(matches(datum['MetricName'], /^[\x20-\x7e]{1,255}$/), 'the metric name'),
    ...checkNumbers(datum),
    ...unless(dimensions.length <= metrics.dimensions, `${dimensions.length} dimensions`),
    ...unless(new Set(names).size === names.length, 'a dimension twice'),
    ...unless(
      dimensions.every(({ Name }) => matches(Name, /^[^:\x00-\x1f\x7f-\uffff][\x20-\x7e]{0,254}$/)),
      'a dimension name',
    ),
    ...unless(
      dimensions.every(({ Value }) => matches(Value, /^(?=.*\S)[\x20-\x7e]{1,1024}$/)),
      'a dimension value',
    ),
    ...unless(timestampMs >= nowMs - pastMs && timestampMs <= nowMs + aheadMs, 'a time that is too old or too new'),
    ...unless(datum['StorageResolution'] === 1 || datum['StorageResolution'] === 60, 'the storage resolution'),
    ...unless(typeof datum['Unit'] === 'string' && units.has(datum['Unit']), `the unit ${String(datum['Unit'])}`),
  ];
}

/** A value or a statistic set, never both. */
function checkNumbers({ Value, StatisticValues }: Fields): readonly string[] {
  const isNumber = (value: unknown): boolean => typeof value === 'number' && Math.abs(value) <= metrics.magnitude;
  if (StatisticValues === undefined) return unless(isNumber(Value), `the value ${String(Value)}`);
  const { SampleCount, Sum, Minimum, Maximum } = StatisticValues as Readonly<Record<string, number>>;
  const numbers = [SampleCount, Sum, Minimum, Maximum];
  return [
    ...unless(Value === undefined, 'a value beside a statistic set'),
    ...unless(numbers.every(isNumber) && (SampleCount ?? 0) >= 1, `the statistic set ${numbers.join(', ')}`),
    ...unless((Minimum ?? 0) <= (Maximum ?? 0), 'a least value above the greatest'),
  ];
}

const scaled = ['Bytes', 'Bits'].flatMap((unit) => [
  unit,
  ...['Kilo', 'Mega', 'Giga', 'Tera'].map((prefix) => `${prefix}${unit.toLowerCase()}`),
]);
const units: ReadonlySet<string> = new Set([
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'None', 'Count/Second'],
  ...scaled.flatMap((unit) => [unit, `${unit}/Second`]),
]);

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function unless(holds: boolean, words: string): readonly string[] {
  return holds ? [] : [words];
}
