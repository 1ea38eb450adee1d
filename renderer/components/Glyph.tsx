import type { ReactElement } from 'react';

/**
 * The page's signs, drawn here so that they look the same on every machine: a field laptop may lack the fonts for ◔ or ⬢.
 * All on a 16-unit square, in the text's colour.
 */
const shapes = {
  debug: <circle cx="8" cy="8" r="1.9" />,
  info: (
    <>
      <circle cx="8" cy="3.4" r="1.35" />
      <rect x="6.9" y="6" width="2.2" height="7.6" rx="1" />
    </>
  ),
  warn: <path d="M8 2.1a.9.9 0 0 1 .8.45l5.7 10A.9.9 0 0 1 13.7 14H2.3a.9.9 0 0 1-.8-1.45l5.7-10A.9.9 0 0 1 8 2.1Z" />,
  error: <path d="m4 4 8 8m0-8-8 8" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  fatal: <path d="M8 1.6 13.6 4.8v6.4L8 14.4 2.4 11.2V4.8Z" />,
  gap: <path d="M2.5 8h11" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  received: <circle cx="8" cy="8" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  cached: <circle cx="8" cy="8" r="4.6" />,
  sending: (
    <>
      <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M8 8V3a5 5 0 0 1 5 5Z" />
    </>
  ),
  sent: (
    <path
      d="m3 8.6 3.2 3.2L13 4.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  refused: (
    <>
      <rect x="6.9" y="2.4" width="2.2" height="7.4" rx="1" />
      <circle cx="8" cy="12.6" r="1.35" />
    </>
  ),
  held: (
    <>
      <rect x="4" y="3.6" width="2.8" height="8.8" rx="0.8" />
      <rect x="9.2" y="3.6" width="2.8" height="8.8" rx="0.8" />
    </>
  ),
  expired: (
    <>
      <circle cx="8" cy="8" r="5.2" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M8 5v3.2l2.2 1.4" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  gone: <path d="M5 8h6" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />,
  skipped: <circle cx="8" cy="8" r="1.2" />,
  close: <path d="m4.5 4.5 7 7m0-7-7 7" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />,
  chevron: (
    <path
      d="m4.5 6.5 3.5 3.5 3.5-3.5"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  down: (
    <path
      d="M8 3v9.4M4.4 9 8 12.6 11.6 9"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  filter: (
    <path
      d="M2.4 3h11.2l-4.4 5.2v4.4l-2.4 1.2V8.2Z"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinejoin="round"
    />
  ),
  bookmark: <path d="M4.2 2.4h7.6a.8.8 0 0 1 .8.8v10.6L8 10.7l-4.6 3.1V3.2a.8.8 0 0 1 .8-.8Z" />,
  more: (
    <>
      <circle cx="3.4" cy="8" r="1.3" />
      <circle cx="8" cy="8" r="1.3" />
      <circle cx="12.6" cy="8" r="1.3" />
    </>
  ),
  theme: (
    <>
      <circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M8 2.4a5.6 5.6 0 0 1 0 11.2Z" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="m10.4 10.4 3.2 3.2" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  pin: <path d="M5.2 2h5.6l-.6 4.6 2 2v1.2H8.7L8 14.4l-.7-4.6H3.8V8.6l2-2Z" />,
  bell: <path d="M8 1.8a4 4 0 0 0-4 4v2.6L2.7 11v.9h10.6V11L12 8.4V5.8a4 4 0 0 0-4-4Zm-1.7 11a1.8 1.8 0 0 0 3.4 0Z" />,
  plus: <path d="M8 3v10M3 8h10" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />,
  outward: (
    <path
      d="M6.4 3.4H3.4v9.2h9.2v-3M9.4 3.2h3.4v3.4M12.6 3.4 7.4 8.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  folder: (
    <path
      d="M2.2 4.2c0-.5.4-.9.9-.9h3.2l1.5 1.7h5.1c.5 0 .9.4.9.9v5.9c0 .5-.4.9-.9.9H3.1a.9.9 0 0 1-.9-.9Z"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinejoin="round"
    />
  ),
  box: <rect x="2.8" y="2.8" width="10.4" height="10.4" rx="2" fill="none" stroke="currentColor" strokeWidth="1.4" />,
  boxChecked: (
    <>
      <rect x="2.8" y="2.8" width="10.4" height="10.4" rx="2" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <path
        d="m5.2 8.2 2 2 3.6-4.2"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
} as const satisfies Record<string, ReactElement>;

export type GlyphName = keyof typeof shapes;

/** The shapes stand in it as they are: a `<use>` would make a shadow tree of each, of which a list of lines has a hundred. */
export function Glyph({ name, className = '' }: { readonly name: GlyphName; readonly className?: string }) {
  return (
    <svg
      className={className === '' ? 'glyph' : `glyph ${className}`}
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="currentColor"
    >
      {shapes[name]}
    </svg>
  );
}
