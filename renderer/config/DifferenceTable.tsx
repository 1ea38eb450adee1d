import type { ReactNode } from 'react';
import type { Effect, ParameterDifference } from '../../main/config/text/compareRobotTexts.js';
import { labelOf } from './formFields.js';
import { valueWords } from './valueWords.js';

export const effectWords: Readonly<Record<Effect, string>> = {
  'at-once': 'at once',
  reconnect: 'reconnects',
  robot: "robot's node, when restarted",
};

/** Parameters with two values, and when the second counts. */
export function DifferenceTable(props: {
  readonly differences: readonly ParameterDifference[];
  readonly heads: readonly [before: string, after: string];
  readonly effects: boolean;
  /** A button for each. */
  readonly action?: (difference: ParameterDifference) => ReactNode;
}) {
  return (
    <table className="config-table" data-testid="config-differences">
      <thead>
        <tr>
          <th>Parameter</th>
          <th>{props.heads[0]}</th>
          <th>{props.heads[1]}</th>
          {props.effects && <th>Takes effect</th>}
          {props.action !== undefined && <th aria-label="Action" />}
        </tr>
      </thead>
      <tbody>
        {props.differences.map((difference) => {
          const { parameter, before, after, effect } = difference;
          return (
            <tr key={`${parameter.section} ${parameter.key}`}>
              <td title={`${parameter.section}: ${parameter.key}`}>{labelOf(parameter)}</td>
              <td className={before === null ? 'muted' : ''}>{valueWords(parameter, before)}</td>
              <td className={after === null ? 'muted' : 'strong'}>{valueWords(parameter, after)}</td>
              {props.effects && (
                <td>
                  <span className="config-effect" data-effect={effect}>
                    {effectWords[effect]}
                  </span>
                </td>
              )}
              {props.action !== undefined && <td className="config-table-action">{props.action(difference)}</td>}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
