import type { ReactNode } from 'react';

/** A calm note beside what it is about: what happened and what to do. */
export function Callout({
  tone = 'warn',
  children,
  ...rest
}: {
  readonly tone?: 'warn' | 'bad' | 'calm';
  readonly children: ReactNode;
  readonly 'data-testid'?: string;
}) {
  return (
    <div className={`callout callout-${tone} selectable`} {...rest}>
      {children}
    </div>
  );
}
