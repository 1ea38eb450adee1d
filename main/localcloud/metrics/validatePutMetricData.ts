/**
 * The rules of one PutMetricData request (AWS PutMetricData, MetricDatum, Dimension and StatisticSet API references).
 *
 * One bad datum fails the whole request, so every datum is checked before any is taken. CloudWatch lists all faults of a
 * kind in one message, a line each; so does this, up to ERRORS_REPORTED_MAX.
 */
import { z } from 'zod';
import type { ApiError } from '../wire/ApiError.js';
import { member, wholeNumber } from '../wire/parseInput.js';
import { sortDimensions, type Dimension, type MetricDatum, type Observation } from './MetricStore.js';
import {
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  validationError,
} from './metricErrors.js';
import {
  DIMENSION_VALUE_LENGTH_MAX,
  ENTITY_METRIC_DATA_MAX,
  METRIC_AGE_MS_MAX,
  METRIC_DATA_MAX,
  METRIC_DIMENSIONS_MAX,
  METRIC_FUTURE_MS_MAX,
  METRIC_NAME_LENGTH_MAX,
  METRIC_UNITS_ALLOWED,
  METRIC_VALUES_MAX,
  METRIC_VALUE_MAGNITUDE_MAX,
  STORAGE_RESOLUTION_SECONDS_ALLOWED,
} from './metricLimits.js';

/** Faults named in one error message. */
const ERRORS_REPORTED_MAX = 20;

/** JSON has no NaN; the SDKs write it, and the infinities, as strings. */
const double = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform((text) => Number(text))]);

const datumInput = z.object({
  MetricName: member(z.string()),
  Dimensions: member(z.array(z.object({ Name: member(z.string()), Value: member(z.string()) }))),
  Timestamp: member(z.number()),
  Value: member(double),
  StatisticValues: member(
    z.object({ SampleCount: member(double), Sum: member(double), Minimum: member(double), Maximum: member(double) }),
  ),
  Values: member(z.array(double)),
  Counts: member(z.array(double)),
  Unit: member(z.string()),
  StorageResolution: member(wholeNumber),
});

const entityInput = z.object({
  KeyAttributes: member(z.record(z.string(), z.string())),
  Attributes: member(z.record(z.string(), z.string())),
});

export const putMetricDataInput = z.object({
  Namespace: member(z.string()),
  MetricData: member(z.array(datumInput)),
  EntityMetricData: member(z.array(z.object({ Entity: member(entityInput), MetricData: member(z.array(datumInput)) }))),
  StrictEntityValidation: member(z.boolean()),
});

type DatumInput = z.output<typeof datumInput>;
type PutMetricDataInput = z.output<typeof putMetricDataInput>;

export interface CheckedMetricData {
  readonly data: readonly MetricDatum[];
  /** What `X-Amzn-Failure-Message` says: the entity was refused, the data were not. */
  readonly entityFailure: string | undefined;
}

/** Everything that a request asks for, or ApiError for the first kind of fault found. Times are ms since 1970. */
export function validatePutMetricData(input: PutMetricDataInput, nowMs: number): CheckedMetricData {
  const namespace = checkNamespace(input.Namespace);
  const entityData = input.EntityMetricData ?? [];
  const groups = [
    { path: 'MetricData', list: input.MetricData ?? [] },
    ...entityData.map((entity, index) => ({
      path: `EntityMetricData.member.${String(index + 1)}.MetricData`,
      list: entity.MetricData ?? [],
    })),
  ];
  const total = groups.reduce((sum, group) => sum + group.list.length, 0);
  if (total === 0) throw missingParameter('The parameter MetricData is required.');
  if (total > METRIC_DATA_MAX) {
    throw invalidParameterValue(
      `The collection MetricData must not have a size greater than ${String(METRIC_DATA_MAX)}.`,
    );
  }
  const entityFailure = checkEntities(input);
  const check = new DatumCheck(namespace, nowMs);
  for (const { path, list } of groups) {
    for (const [index, datum] of list.entries()) check.take(datum, `${path}.member.${String(index + 1)}`);
  }
  return { data: check.result(), entityFailure };
}

/** AWS PutMetricData API reference: pattern `[^:].*`, 1 to 255 ASCII characters without controls, not `AWS/…`. */
export function checkNamespace(namespace: string | null | undefined): string {
  if (namespace === null || namespace === undefined) throw missingParameter('The parameter Namespace is required.');
  if (namespace === '' || namespace.length > METRIC_NAME_LENGTH_MAX) {
    throw invalidParameterValue(
      `The parameter Namespace must be between 1 and ${String(METRIC_NAME_LENGTH_MAX)} characters long.`,
    );
  }
  if (!isPrintableAscii(namespace)) {
    throw invalidParameterValue(
      'The parameter Namespace must contain only ASCII characters without control characters.',
    );
  }
  if (namespace.startsWith(':') || namespace.startsWith('AWS/')) {
    throw invalidParameterValue(`The value ${namespace} for parameter Namespace is invalid.`);
  }
  return namespace;
}

function checkEntities(input: PutMetricDataInput): string | undefined {
  const entities = input.EntityMetricData ?? undefined;
  if (entities === undefined) return undefined;
  if (input.StrictEntityValidation === null || input.StrictEntityValidation === undefined) {
    throw missingParameter('The parameter StrictEntityValidation is required when EntityMetricData is included.');
  }
  const noKeys = entities.some(({ Entity }) => Object.keys(Entity?.KeyAttributes ?? {}).length === 0);
  const failure =
    entities.length > ENTITY_METRIC_DATA_MAX ? 'EntitySizeTooLarge' : noKeys ? 'InvalidKeyAttributes' : undefined;
  if (failure !== undefined && input.StrictEntityValidation) throw validationError(failure);
  return failure;
}

type FaultKind = 'missing' | 'combination' | 'value';

class DatumCheck {
  readonly #namespace: string;
  readonly #nowMs: number;
  readonly #data: MetricDatum[] = [];
  #firstKind: FaultKind | undefined;
  readonly #faults: Record<FaultKind, string[]> = { missing: [], combination: [], value: [] };

  constructor(namespace: string, nowMs: number) {
    this.#namespace = namespace;
    this.#nowMs = nowMs;
  }

  take(datum: DatumInput, path: string): void {
    const name = this.#text(datum.MetricName, `${path}.MetricName`, METRIC_NAME_LENGTH_MAX);
    const dimensions = this.#dimensions(datum, path);
    const observation = this.#observation(datum, path);
    const timestampMs = this.#timestamp(datum, path);
    const unit = datum.Unit ?? 'None';
    if (!METRIC_UNITS_ALLOWED.has(unit)) this.#invalid(unit, `${path}.Unit`);
    const resolutionSeconds = datum.StorageResolution ?? 60;
    if (!STORAGE_RESOLUTION_SECONDS_ALLOWED.has(resolutionSeconds)) {
      this.#fault('value', `The parameter ${path}.StorageResolution must be 1 or 60.`);
    }
    if (observation === undefined) return;
    this.#data.push({
      namespace: this.#namespace,
      name,
      dimensions: sortDimensions(dimensions),
      timestampMs,
      unit,
      resolutionSeconds,
      observation,
    });
  }

  /** The data, if no datum had a fault. Throws ApiError otherwise. */
  result(): readonly MetricDatum[] {
    if (this.#firstKind === undefined) return this.#data;
    throw faultError(this.#firstKind, this.#faults[this.#firstKind].slice(0, ERRORS_REPORTED_MAX).join('\n'));
  }

  #dimensions(datum: DatumInput, path: string): readonly Dimension[] {
    const given = datum.Dimensions ?? [];
    if (given.length > METRIC_DIMENSIONS_MAX) {
      this.#tooMany(`${path}.Dimensions`, METRIC_DIMENSIONS_MAX);
      return [];
    }
    const names = new Set<string>();
    return given.map((dimension, index) => {
      const at = `${path}.Dimensions.member.${String(index + 1)}`;
      const name = this.#text(dimension.Name, `${at}.Name`, METRIC_NAME_LENGTH_MAX);
      const value = this.#text(dimension.Value, `${at}.Value`, DIMENSION_VALUE_LENGTH_MAX);
      // AWS Dimension API reference: a name "cannot start with a colon".
      if (name.startsWith(':')) this.#invalid(name, `${at}.Name`);
      if (names.has(name)) this.#fault('value', `The parameter ${at}.Name is named twice in one metric.`);
      names.add(name);
      return { name, value };
    });
  }

  #observation(datum: DatumInput, path: string): Observation | undefined {
    const value = datum.Value ?? undefined;
    const statistics = datum.StatisticValues ?? undefined;
    const values = datum.Values ?? undefined;
    const counts = datum.Counts ?? undefined;
    if (statistics !== undefined && (value !== undefined || values !== undefined)) {
      this.#exclusive('combination', `${path}.${value === undefined ? 'Values' : 'Value'}`, `${path}.StatisticValues`);
      return undefined;
    }
    if (value !== undefined && values !== undefined) {
      this.#exclusive('value', `${path}.Value`, `${path}.Values`);
      return undefined;
    }
    if (counts !== undefined && values === undefined) {
      this.#fault('combination', `The parameter ${path}.Counts needs ${path}.Values.`);
      return undefined;
    }
    if (value !== undefined) {
      this.#number(value, `${path}.Value`);
      return { kind: 'value', value };
    }
    if (values !== undefined && values.length > 0) return this.#distribution(values, counts, path);
    if (statistics !== undefined) return this.#statistics(statistics, path);
    this.#fault(
      'missing',
      `At least one of the parameters ${path}.Value, ${path}.Values, ${path}.StatisticValues must be specified.`,
    );
    return undefined;
  }

  #distribution(values: readonly number[], counts: readonly number[] | undefined, path: string): Observation {
    if (values.length > METRIC_VALUES_MAX) this.#tooMany(`${path}.Values`, METRIC_VALUES_MAX);
    if (counts !== undefined && counts.length !== values.length) {
      this.#fault('value', `The parameters ${path}.Values and ${path}.Counts must be of the same size.`);
    }
    for (const [index, value] of values.entries()) this.#number(value, `${path}.Values.member.${String(index + 1)}`);
    for (const [index, value] of (counts ?? []).entries()) {
      const at = `${path}.Counts.member.${String(index + 1)}`;
      this.#number(value, at);
      if (value < 0) this.#invalid(String(value), at);
    }
    return { kind: 'distribution', values, counts: counts ?? values.map(() => 1) };
  }

  #statistics(given: NonNullable<DatumInput['StatisticValues']>, path: string): Observation {
    const read = (name: keyof typeof given): number => {
      const at = `${path}.StatisticValues.${name}`;
      const value = given[name];
      if (value === null || value === undefined) {
        this.#fault('missing', `The parameter ${at} is required.`);
        return 0;
      }
      this.#number(value, at);
      return value;
    };
    return {
      kind: 'statistics',
      sampleCount: read('SampleCount'),
      sum: read('Sum'),
      minimum: read('Minimum'),
      maximum: read('Maximum'),
    };
  }

  #timestamp(datum: DatumInput, path: string): number {
    const seconds = datum.Timestamp ?? undefined;
    if (seconds === undefined) return this.#nowMs;
    const timestampMs = Math.round(seconds * 1000);
    if (timestampMs < this.#nowMs - METRIC_AGE_MS_MAX) {
      this.#fault('value', `The parameter ${path}.Timestamp must specify a time within the past two weeks.`);
    } else if (timestampMs > this.#nowMs + METRIC_FUTURE_MS_MAX) {
      this.#fault('value', `The parameter ${path}.Timestamp must specify a time no more than two hours in the future.`);
    }
    return timestampMs;
  }

  #text(given: string | null | undefined, path: string, lengthMax: number): string {
    if (given === null || given === undefined) {
      this.#fault('missing', `The parameter ${path} is required.`);
      return '';
    }
    if (given.length > lengthMax) {
      this.#fault('value', `The parameter ${path} must be shorter than ${String(lengthMax + 1)} characters.`);
    } else if (!isPrintableAscii(given)) {
      this.#fault('value', `The parameter ${path} must contain only ASCII characters.`);
    } else if (given.trim() === '') {
      this.#fault('value', `The parameter ${path} must contain at least one non-whitespace character.`);
    }
    return given;
  }

  #number(value: number, path: string): void {
    if (!Number.isFinite(value) || Math.abs(value) > METRIC_VALUE_MAGNITUDE_MAX) this.#invalid(String(value), path);
  }

  #exclusive(kind: FaultKind, one: string, other: string): void {
    this.#fault(kind, `The parameters ${one} and ${other} are mutually exclusive and you have specified both.`);
  }

  #tooMany(path: string, max: number): void {
    this.#fault('value', `The collection ${path} must not have a size greater than ${String(max)}.`);
  }

  #invalid(value: string, path: string): void {
    this.#fault('value', `The value ${value} for parameter ${path} is invalid.`);
  }

  #fault(kind: FaultKind, text: string): void {
    this.#firstKind ??= kind;
    if (this.#faults[kind].length < ERRORS_REPORTED_MAX) this.#faults[kind].push(text);
  }
}

function faultError(kind: FaultKind, text: string): ApiError {
  switch (kind) {
    case 'missing':
      return missingParameter(text);
    case 'combination':
      return invalidParameterCombination(text);
    case 'value':
      return invalidParameterValue(text);
  }
}

/** AWS Dimension API reference: only ASCII characters, ASCII control characters are not supported. */
function isPrintableAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
