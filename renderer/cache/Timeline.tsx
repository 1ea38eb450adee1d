import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { CallOutput } from '../../main/contract/calls.js';
import { useSession } from '../bridge/useSession.js';
import { useElementSize } from '../components/useElementSize.js';
import { formatCount } from '../format/formatCount.js';
import { formatClock, formatSince, formatTimeS } from '../format/formatTime.js';
import { askWhileChanging } from '../bridge/askWhileChanging.js';
import { narrow, useCacheDesk } from './cacheDeskStore.js';
import { filterMessageOf, rangeWords } from './DeskFilter.js';
import './timeline.css';
import type { Segment } from './segmentTypes.js';
import { spreadWaiting } from './spreadWaiting.js';

type Step = NonNullable<CallOutput<'cache.timeline'>['steps']>[number];

interface Picture {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly steps: readonly Step[];
  /** False: spread evenly over each file's time, all in one layer. */
  readonly exact: boolean;
}

const barPitch = 10;
const columnsMax = 200;
const leastMs = 3000;
const secondsShownMsMax = 5 * 60_000;

/**
 * Records on disk over the robot's time. Drawing over it with the mouse, or the arrow keys, chooses a time range: for the
 * list, for the buttons and for the flush.
 */
export function Timeline({ robot, segments }: { readonly robot: string; readonly segments: readonly Segment[] }) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useElementSize(box);
  const columns = Math.min(columnsMax, Math.max(1, Math.floor(width / barPitch)));
  const picture = usePicture(robot, segments, width === 0 ? 0 : columns);
  return (
    <div ref={box} className="timeline">
      {picture !== null && <Bars picture={picture} />}
    </div>
  );
}

function usePicture(robot: string, segments: readonly Segment[], columns: number): Picture | null {
  const { link, status } = useSession();
  const filter = useCacheDesk((desk) => desk.filter);
  const key = JSON.stringify(filterMessageOf({ ...filter, range: null }));
  const [answer, setAnswer] = useState<CallOutput<'cache.timeline'> | null>(null);
  useEffect(() => {
    if (columns === 0) return;
    return askWhileChanging({
      stateOf: () => {
        const now = status.robot(robot);
        return [now?.cachedRecords, now?.quarantinedRecords, now?.heldRecords];
      },
      ask: () =>
        link.call('cache.timeline', { robot, filter: JSON.parse(key) as CallOutputFilter, columns }, timelineTimeoutMs),
      take: (result) => {
        if (result.ok) setAnswer(result.value);
        return result.ok;
      },
      leastMs,
    });
  }, [link, status, robot, key, columns]);
  if (answer?.steps) return { ...answer, steps: answer.steps, exact: true };
  if (answer?.tooMany === true && columns > 0) {
    const spread = spreadWaiting(segments, columns);
    if (spread === null) return null;
    const steps = spread.counts.map((quiet) => ({ quiet, warn: 0, error: 0, metric: 0 }));
    return { fromMs: spread.fromMs, untilMs: spread.untilMs, steps, exact: false };
  }
  return null;
}

const timelineTimeoutMs = 60_000;

type CallOutputFilter = ReturnType<typeof filterMessageOf>;

function Bars({ picture }: { readonly picture: Picture }) {
  const { fromMs, untilMs, steps } = picture;
  const range = useCacheDesk((desk) => desk.filter.range);
  const row = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<readonly [number, number] | null>(null);
  const stepMs = (untilMs - fromMs) / steps.length;
  const highest = Math.max(1, ...steps.map((step) => step.quiet + step.warn + step.error + step.metric));
  const short = untilMs - fromMs < secondsShownMsMax;
  const clock = short ? formatTimeS : formatClock;
  const timeOf = (column: number): number => fromMs + column * stepMs;
  const columnOf = (timeMs: number): number =>
    Math.min(steps.length, Math.max(0, Math.round((timeMs - fromMs) / stepMs)));
  const chosen: readonly [number, number] | null =
    drawn ?? (range === null ? null : [columnOf(range.fromMs), columnOf(range.untilMs)]);
  const choose = ([from, until]: readonly [number, number]): void => {
    const whole = from <= 0 && until >= steps.length;
    narrow({ range: whole ? null : { fromMs: Math.floor(timeOf(from)), untilMs: Math.ceil(timeOf(until)) } });
  };
  const columnAt = (event: PointerEvent): number => {
    const bounds = row.current?.getBoundingClientRect();
    if (bounds === undefined) return 0;
    const share = (event.clientX - bounds.left) / bounds.width;
    return Math.min(steps.length - 1, Math.max(0, Math.floor(share * steps.length)));
  };
  const start = useRef(0);
  const spanTo = (column: number): readonly [number, number] => [
    Math.min(start.current, column),
    Math.max(start.current, column) + 1,
  ];
  const byKey = (event: KeyboardEvent): void => {
    const [from, until] = chosen ?? [steps.length - 1, steps.length];
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (event.key === 'Escape') narrow({ range: null });
    if (step === 0) return;
    event.preventDefault();
    if (chosen === null) choose([from, until]);
    else if (event.shiftKey) choose([from, Math.min(steps.length, Math.max(from + 1, until + step))]);
    else if (from + step >= 0 && until + step <= steps.length) choose([from + step, until + step]);
  };
  return (
    <>
      <div
        ref={row}
        className="timeline-row"
        data-testid="timeline"
        data-exact={picture.exact ? '' : undefined}
        role="slider"
        tabIndex={0}
        aria-label="Time range: arrow keys move it, with Shift they widen it, Escape clears it"
        aria-valuemin={0}
        aria-valuemax={steps.length}
        aria-valuenow={chosen?.[0] ?? 0}
        aria-valuetext={range === null ? 'all times' : rangeWords(range)}
        onKeyDown={byKey}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          start.current = columnAt(event);
          setDrawn([start.current, start.current + 1]);
        }}
        onPointerMove={(event) => {
          if (drawn !== null) setDrawn(spanTo(columnAt(event)));
        }}
        onPointerUp={(event) => {
          if (drawn === null) return;
          setDrawn(null);
          choose(spanTo(columnAt(event)));
        }}
        onPointerCancel={() => {
          setDrawn(null);
        }}
        onDoubleClick={() => {
          narrow({ range: null });
        }}
      >
        {steps.map((step, index) => (
          <Column
            key={index}
            step={step}
            highest={highest}
            words={clock(timeOf(index))}
            out={chosen !== null && (index < chosen[0] || index >= chosen[1])}
          />
        ))}
        {chosen !== null && (
          <span
            className="timeline-brush"
            style={{
              left: `${(chosen[0] / steps.length) * 100}%`,
              width: `${((chosen[1] - chosen[0]) / steps.length) * 100}%`,
            }}
          />
        )}
      </div>
      <div className="timeline-axis muted">
        <span>{short ? formatTimeS(fromMs) : formatSince(fromMs, untilMs)}</span>
        <span>
          {picture.exact ? 'draw over it to choose a time' : 'about, by file · draw over it to choose a time'}
        </span>
        <span>{clock(untilMs)}</span>
      </div>
    </>
  );
}

const layers = ['metric', 'quiet', 'warn', 'error'] as const;

function Column(props: {
  readonly step: Step;
  readonly highest: number;
  readonly words: string;
  readonly out: boolean;
}) {
  const { step, highest, out } = props;
  const all = step.quiet + step.warn + step.error + step.metric;
  const title = [
    `${props.words}: ${formatCount(Math.round(all))} records`,
    ...(step.warn > 0 ? [`${formatCount(step.warn)} WARN`] : []),
    ...(step.error > 0 ? [`${formatCount(step.error)} ERROR and worse`] : []),
    ...(step.metric > 0 ? [`${formatCount(step.metric)} metric samples`] : []),
  ].join(' · ');
  return (
    <span className="timeline-column" title={title} data-out={out ? '' : undefined}>
      {layers.map((layer) => (
        <i key={layer} className={`timeline-${layer}`} style={{ height: heightOf(layer, step[layer], highest) }} />
      ))}
    </span>
  );
}

/** Quiet records by their share; warnings and errors by its root, so that a handful stays visible beside thousands. */
function heightOf(layer: (typeof layers)[number], count: number, highest: number): string {
  if (count === 0) return '0';
  const share = count / highest;
  const part = layer === 'warn' || layer === 'error' ? Math.sqrt(share) * 45 : share * 55;
  return `max(2px, ${part.toFixed(1)}%)`;
}
