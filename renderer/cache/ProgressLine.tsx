import './progressLine.css';

/** How far something is, as a bar and in words. `share` 0 to 1; null when nobody knows the whole. */
export function ProgressLine(props: { readonly name: string; readonly share: number | null; readonly words: string }) {
  const { name, words } = props;
  const share = props.share === null ? null : Math.min(1, Math.max(0, props.share));
  const value = share === null ? {} : { 'aria-valuenow': Math.round(share * 100) };
  return (
    <div className="progress-line" role="status">
      <span
        className="bottom-bar"
        role="progressbar"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        {...value}
      >
        <span style={{ width: `${(share ?? 0) * 100}%` }} />
      </span>
      <p className="muted">{words}</p>
    </div>
  );
}
