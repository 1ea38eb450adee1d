import type { ComponentProps } from 'react';
import type { Problem } from '../../main/model/Problem.js';
import { Callout } from './Callout.js';

/** What went wrong, and the next step under it. */
export function ProblemCallout({
  problem,
  ...rest
}: { readonly problem: Pick<Problem, 'message' | 'nextStep'> } & Omit<ComponentProps<typeof Callout>, 'children'>) {
  return (
    <Callout {...rest}>
      <p>{problem.message}</p>
      <p className="muted">{problem.nextStep}</p>
    </Callout>
  );
}
