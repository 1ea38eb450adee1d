/** What was counted, by kinds (five severities, then gaps): sums of seconds `fromS` (included) to `untilS` (excluded). */
export interface CountedTimes {
  sum(fromS: number, untilS: number, sums: Uint32Array): void;
}

/** Columns of the histogram: which second each stands for, and where it is. */
export interface BarSpan {
  readonly firstS: number;
  readonly bucketS: number;
  readonly columns: number;
  readonly left: number;
  /** Width of a column and its gap, in CSS pixels. */
  readonly pitch: number;
}

const pitchMin = 12.4;
const margin = 14;
const bucketSteps = [
  1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120, 150, 180, 240, 300, 450, 600, 900, 1800, 3600,
  7200, 10_800, 14_400, 21_600, 43_200, 86_400,
] as const;

/**
 * The finest round bucket that shows everything from the oldest to the newest second in the given width.
 * @param finestS no bucket is finer than this
 */
export function planBars(oldestS: number, newestS: number, width: number, finestS = 1): BarSpan {
  const columns = Math.max(1, Math.floor((width - 2 * margin) / pitchMin));
  const span = newestS - oldestS + 1;
  const bucketS = bucketSteps.find((step) => step >= finestS && step * (columns - 1) >= span) ?? 86_400;
  // Aligned to round times, so that bars do not change while time goes on.
  const lastS = Math.floor(newestS / bucketS) * bucketS;
  return {
    firstS: lastS - (columns - 1) * bucketS,
    bucketS,
    columns,
    left: margin,
    pitch: (width - 2 * margin) / columns,
  };
}

const layers = [
  { kinds: [0, 1], colour: '--bar-info' },
  { kinds: [2], colour: '--warn' },
  { kinds: [3, 4], colour: '--error' },
] as const;

/** Draws stacked bars: quiet lines below, warnings, errors on top. A severity that is there is at least a pixel high. */
export function drawBars(
  canvas: HTMLCanvasElement,
  counts: CountedTimes,
  span: BarSpan,
  width: number,
  height: number,
): void {
  const scale = window.devicePixelRatio;
  const context = canvas.getContext('2d');
  if (context === null) return;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const columns = sumColumns(counts, span);
  const highest = Math.max(1, ...columns.map((sums) => sums.reduce((total, count) => total + count, 0)));
  const style = getComputedStyle(canvas);
  const colours = layers.map((layer) => style.getPropertyValue(layer.colour));
  const room = height - 9;
  for (const [index, sums] of columns.entries()) {
    let bottom = height - 4;
    const left = Math.round((span.left + index * span.pitch) * scale) / scale;
    const right = Math.round((span.left + (index + 1) * span.pitch) * scale) / scale - 1;
    for (const [place, layer] of layers.entries()) {
      const count = layer.kinds.reduce<number>((total, kind) => total + (sums[kind] ?? 0), 0);
      if (count === 0) continue;
      // Quiet lines by their share; warnings and errors by its root, so that a handful stays visible beside thousands.
      const share = count / highest;
      const size = Math.max(1, Math.round((place === 0 ? share * 0.75 : Math.sqrt(share) * 0.5) * room));
      const top = Math.max(3, bottom - size);
      context.fillStyle = colours[place] ?? '';
      context.fillRect(left, top, right - left, bottom - top);
      bottom = top;
    }
  }
}

function sumColumns(counts: CountedTimes, span: BarSpan): Uint32Array[] {
  return Array.from({ length: span.columns }, (_, index) => {
    const sums = new Uint32Array(6);
    const fromS = span.firstS + index * span.bucketS;
    counts.sum(fromS, fromS + span.bucketS, sums);
    return sums;
  });
}
