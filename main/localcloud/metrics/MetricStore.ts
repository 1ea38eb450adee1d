/** The data of all metrics, kept as they came: percentiles and a second look at a resolution need the raw values. */

export interface Dimension {
  readonly name: string;
  readonly value: string;
}

/** What one datum measured. */
export type Observation =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'distribution'; readonly values: readonly number[]; readonly counts: readonly number[] }
  | {
      readonly kind: 'statistics';
      readonly sampleCount: number;
      readonly sum: number;
      readonly minimum: number;
      readonly maximum: number;
    };

export interface MetricDatum {
  readonly namespace: string;
  readonly name: string;
  /** Sorted by name: the order in which a client names them does not matter to CloudWatch. */
  readonly dimensions: readonly Dimension[];
  readonly timestampMs: number;
  readonly unit: string;
  readonly resolutionSeconds: number;
  readonly observation: Observation;
}

export interface MetricPoint {
  readonly timestampMs: number;
  readonly unit: string;
  readonly observation: Observation;
  readonly segment: number;
}

/** One metric: a namespace, a name and a set of dimensions. */
export class MetricSeries {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  lastReceivedMs = 0;
  #points: MetricPoint[] = [];
  #sorted = true;

  constructor(namespace: string, name: string, dimensions: readonly Dimension[]) {
    this.namespace = namespace;
    this.name = name;
    this.dimensions = dimensions;
  }

  get pointCount(): number {
    return this.#points.length;
  }

  add(point: MetricPoint): void {
    if (point.timestampMs < (this.#points.at(-1)?.timestampMs ?? 0)) this.#sorted = false;
    this.#points.push(point);
  }

  /** All points by time. The array belongs to the series: read it before the next `await`. */
  inOrder(): readonly MetricPoint[] {
    if (!this.#sorted) {
      this.#points.sort((a, b) => a.timestampMs - b.timestampMs);
      this.#sorted = true;
    }
    return this.#points;
  }

  evict(segment: number): number {
    const before = this.#points.length;
    this.#points = this.#points.filter((point) => point.segment !== segment);
    return before - this.#points.length;
  }
}

export class MetricStore {
  readonly #series = new Map<string, MetricSeries>();

  add(data: readonly MetricDatum[], receivedMs: number, segment: number): void {
    for (const datum of data) {
      const key = seriesKey(datum.namespace, datum.name, datum.dimensions);
      let series = this.#series.get(key);
      if (series === undefined) {
        series = new MetricSeries(datum.namespace, datum.name, datum.dimensions);
        this.#series.set(key, series);
      }
      series.lastReceivedMs = receivedMs;
      series.add({ timestampMs: storedTimestampMs(datum), unit: datum.unit, observation: datum.observation, segment });
    }
  }

  find(namespace: string, name: string, dimensions: readonly Dimension[]): MetricSeries | undefined {
    return this.#series.get(seriesKey(namespace, name, sortDimensions(dimensions)));
  }

  /** Every metric, in order of first arrival. */
  all(): readonly MetricSeries[] {
    return [...this.#series.values()];
  }

  /** Forgets the data of a store segment, and metrics left without any; gives the number of data. */
  evict(segment: number): number {
    let evicted = 0;
    for (const [key, series] of this.#series) {
      evicted += series.evict(segment);
      if (series.pointCount === 0) this.#series.delete(key);
    }
    return evicted;
  }
}

export function sortDimensions(dimensions: readonly Dimension[]): readonly Dimension[] {
  return [...dimensions].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** CloudWatch stores standard metrics by the minute and high-resolution ones by the second (MetricDatum reference). */
function storedTimestampMs(datum: MetricDatum): number {
  const stepMs = datum.resolutionSeconds * 1000;
  return Math.floor(datum.timestampMs / stepMs) * stepMs;
}

function seriesKey(namespace: string, name: string, dimensions: readonly Dimension[]): string {
  return JSON.stringify([namespace, name, dimensions.map((dimension) => [dimension.name, dimension.value])]);
}
