import type { ReactNode } from 'react';

/** A list of facts, name beside value. */
export function Facts({ children, className = '' }: { readonly children: ReactNode; readonly className?: string }) {
  return <dl className={`facts selectable ${className}`}>{children}</dl>;
}

export function Fact({
  name,
  children,
  note,
}: {
  readonly name: string;
  readonly children: ReactNode;
  readonly note?: ReactNode;
}) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {children}
        {note !== undefined && note !== '' && note !== false && (
          <>
            {' '}
            <span className="fact-note">{note}</span>
          </>
        )}
      </dd>
    </>
  );
}
